import { begun } from './begun.ts'

/** Questions on their way, so that who asks and who answers need not wait for each other. */
const mostAhead = 3

/** The answers in the order of the questions. While one is in hand the next few are asked. */
export async function* inAdvance<Question, Answer>(
  questions: Iterable<Question> | AsyncIterable<Question>, ask: (question: Question) => Promise<Answer>,
): AsyncGenerator<Answer> {
  const ahead: Promise<Answer>[] = []
  for await (const question of questions) {
    ahead.push(begun(ask(question)))
    while (ahead.length > mostAhead) yield* ahead.splice(0, 1)
  }
  yield* ahead
}
