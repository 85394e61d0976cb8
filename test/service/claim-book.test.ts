import { beforeEach, expect, test } from 'bun:test'
import { openClaimBook, type ClaimBook } from '../../src/service/claim-book.ts'

let book: ClaimBook
beforeEach(() => {
  book = openClaimBook()
  book.under(1)
})

/** What the database is told, which answers at once. */
const givenBack = () => book.givingBack(async (gone) => gone)

test('what is ours is not asked for again', () => {
  book.enter(['a'])
  expect(book.need(['a', 'b'])).toEqual(['b'])
  expect(book.inHand).toBe(1)
})

test('what is let go is given back once, and is not in hand', async () => {
  book.enter(['a', 'b'])
  book.letGo(['a'])
  expect(book.inHand).toBe(1)
  expect(await givenBack()).toEqual(['a'])
  expect(await givenBack()).toEqual([])
  expect([book.isOurs('a'), book.isOurs('b'), book.inHand]).toEqual([false, true, 1])
})

test('what is needed again before it is given back is asked for, and stays', async () => {
  book.enter(['a'])
  book.letGo(['a'])
  expect(book.need(['a'])).toEqual(['a'])
  expect(await givenBack()).toEqual([])
  expect(book.isOurs('a')).toBe(true)
})

test('what comes with the next batch is not given back', async () => {
  book.enter(['a', 'b'])
  book.letGo(['a', 'b'])
  book.keep(['a'])
  expect(await givenBack()).toEqual(['b'])
})

test('while the database is told, what is given back is leaving and not ours', async () => {
  book.enter(['a', 'b'])
  book.letGo(['a'])
  const seen = await book.givingBack(async () => [book.isLeaving('a'), book.isOurs('a'), book.isLeaving('b')])
  expect(seen).toEqual([true, false, false])
  expect(book.isLeaving('a')).toBe(false)
})

test('what the database could not be told is told again', async () => {
  book.enter(['a'])
  book.letGo(['a'])
  const failed = book.givingBack(() => Promise.reject(new Error('no connection')))
  await expect(failed).rejects.toThrow('no connection')
  expect([book.isLeaving('a'), book.isAnyFree]).toEqual([false, true])
  expect(await givenBack()).toEqual(['a'])
})

test('what was not ours is not given back, unless it was ended for somebody', async () => {
  book.end(['b'])
  book.letGo(['a', 'b'])
  expect(await givenBack()).toEqual(['b'])
  book.letGo(['b'])
  expect(await givenBack()).toEqual([])
})

test('nothing of an earlier lease is ours, nor given back', async () => {
  book.enter(['a', 'b'])
  book.end(['c'])
  book.letGo(['a'])
  book.under(2)
  expect(book.need(['a', 'b'])).toEqual(['a', 'b'])
  book.letGo(['b', 'c'])
  expect(await givenBack()).toEqual([])
})
