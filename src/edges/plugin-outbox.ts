import type { Millis } from '../domain/time.ts'
import type { Answer } from '../plugin/messages.ts'

/** Answers travel together: so many, so much, or what came together in so long. */
const maxAnswers = 1000
const maxBytes = 1024 * 1024
const waitMs: Millis = 5

export type Weighed = { readonly answer: Answer; readonly bytes: number }
export type Outbox = { readonly add: (weighed: Weighed) => void; readonly flush: () => void }

/** Collects answers, since one message for each would cost more than most calls do. */
export const outbox = (send: (answers: readonly Answer[]) => void): Outbox => {
  let answers: Answer[] = []
  let bytes = 0
  let timer: Timer | null = null

  const flush = () => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    if (answers.length > 0) send(answers)
    answers = []
    bytes = 0
  }

  return {
    add(weighed) {
      answers.push(weighed.answer)
      bytes += weighed.bytes
      if (answers.length >= maxAnswers || bytes >= maxBytes) flush()
      else timer ??= setTimeout(flush, waitMs)
    },
    flush,
  }
}
