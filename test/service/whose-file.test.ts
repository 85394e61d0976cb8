import { expect, test } from 'bun:test'
import type { Watch } from '../../src/config/config.ts'
import { whoseFile } from '../../src/service/whose-file.ts'

const watch = (over: Partial<Watch>): Watch => ({
  name: 'in', type: null, path: '/in', recursive: false, patterns: ['*.json', '*.txt'], ignorePatterns: ['*.tmp', '.*'],
  rules: 'r', archive: 'a', settleMs: 1000, ready: 'settle', marker: null, vetoOpen: true, settleMaxMs: 86_400_000, backend: 'auto', canary: false, followSymlinks: false, onRedelivery: 'version',
  redeliveryWaitMs: 10_000, ...over,
})
const said = (path: string, ...watches: Watch[]) =>
  whoseFile(path, watches).map((one) => [one.name, one.verdict, one.pattern, one.nearMiss])

test.each([
  ['/in/a.txt', 'taken', '*.txt', false],
  ['/in/a.tmp', 'ignored', '*.tmp', false],
  ['/in/a.csv', 'unmatched', null, false],
  ['/in/a.JSON', 'unmatched', null, true],
  ['/in/sub/a.txt', 'not_entered', null, false],
])('%s is %s', (path, verdict, pattern, nearMiss) => {
  expect(said(path, watch({}))).toEqual([['in', verdict, pattern, nearMiss]])
})

test('a path outside of every watch is nobody\'s, and so is a watch\'s directory itself', () => {
  expect(said('/inside/a.txt', watch({}))).toEqual([])
  expect(said('/in', watch({}))).toEqual([])
})

test('an ignored directory hides what lies in it', () => {
  expect(said('/in/.git/x/a.txt', watch({ recursive: true }))).toEqual([['in', 'ignored', '.*', false]])
})

test('a watch without patterns takes every name', () => {
  expect(said('/in/x', watch({ patterns: null }))).toEqual([['in', 'taken', null, false]])
})

test('a file belongs to the first watch that takes it', () => {
  expect(said('/in/a.txt', watch({}), watch({ name: 'later' }))).toEqual([
    ['in', 'taken', '*.txt', false], ['later', 'other', null, false],
  ])
})
