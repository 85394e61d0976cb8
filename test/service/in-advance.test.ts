import { expect, test } from 'bun:test'
import { inAdvance } from '../../src/service/in-advance.ts'

test('three questions are asked beside the one that is in hand, and answers come in the order of the questions', async () => {
  const asked: number[] = []
  const answers = inAdvance([1, 2, 3, 4, 5, 6], async (question) => {
    asked.push(question)
    if (question === 1) await new Promise((resolve) => setTimeout(resolve))
    return question * 10
  })
  expect((await answers.next()).value).toBe(10)
  expect(asked).toEqual([1, 2, 3, 4])
  const rest: number[] = []
  for await (const answer of answers) rest.push(answer)
  expect(rest).toEqual([20, 30, 40, 50, 60])
})

test('what fails is thrown in its turn; what was asked behind it and fails too is nobody’s trouble', async () => {
  const got: number[] = []
  const answers = inAdvance([1, 2, 3], async (question) => {
    if (question > 1) throw new Error(`no ${question}`)
    return question
  })
  const reading = (async () => { for await (const answer of answers) got.push(answer) })()
  await expect(reading).rejects.toThrow('no 2')
  expect(got).toEqual([1])
})
