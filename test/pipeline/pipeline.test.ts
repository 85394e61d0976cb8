import { expect, test } from 'bun:test'
import { stageNames } from '../../src/domain/component.ts'
import { pipeline } from '../../src/pipeline/pipeline.ts'

test('the pipeline is the seven stages in the order of a file\'s life', () => {
  expect(pipeline.map((one) => one.name)).toEqual([...stageNames])
})

test('every stage gives one decision a group, also for none', () => {
  const unused = null as never
  for (const stage of pipeline) expect([...stage.run([], { files: { inspect: async () => [] }, settings: unused } as never)]).toEqual([])
})
