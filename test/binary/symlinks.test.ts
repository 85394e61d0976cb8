import { afterEach, expect, setDefaultTimeout, test } from 'bun:test'
import { lstatSync, mkdirSync, symlinkSync } from 'node:fs'
import { aProject, type Project } from './project.ts'

setDefaultTimeout(60_000)

let project: Project
afterEach(() => project.close())

/** A delivery whose only entry leads to a file beside it. */
const linked = (watch: string, archive = ''): Project => {
  project = aProject({ watch, archive })
  project.write('elsewhere/a.txt', 'the bytes')
  symlinkSync('../elsewhere/a.txt', `${project.root}/delivery/a.txt`)
  return project
}

test('a symbolic link is ignored, and counted as such', async () => {
  linked('')
  expect((await project.run('run', '--once')).code).toBe(0)
  expect(project.archived()).toEqual({})
  expect(project.standings()).toEqual([])
  expect((await project.run('status')).out).toContain('+ 1 ignored')
})

test('where links are followed, what one leads to is archived as a file of its own, once', async () => {
  linked('follow_symlinks = true')
  for (const pass of [1, 2]) expect([pass, (await project.run('run', '--once')).code]).toEqual([pass, 0])
  expect(project.archived()).toEqual({ 'kept/a.txt': 'the bytes' })
  expect(lstatSync(`${project.root}/archive/kept/a.txt`).isFile()).toBe(true)
  expect(project.standings()).toEqual(['a.txt archived'])
})

test('a move removes the link that was followed, and leaves what it leads to', async () => {
  linked('follow_symlinks = true', 'base_path = "archive"\ndestination = "kept"\naction = "move"')
  await project.run('run', '--once')
  expect(project.archived()).toEqual({ 'kept/a.txt': 'the bytes' })
  expect(lstatSync(`${project.root}/delivery/a.txt`, { throwIfNoEntry: false })).toBeUndefined()
  expect(project.read('elsewhere/a.txt')).toBe('the bytes')
})

test('links that lead upwards, or twice to one directory, make no tree without an end', async () => {
  project = aProject({ watch: 'recursive = true\nfollow_symlinks = true' })
  project.write('elsewhere/b.txt', 'beside')
  project.write('delivery/real/deep/a.txt', 'the bytes')
  for (const [name, target] of [['up', '..'], ['self', '.'], ['deep/back', '..'], ['beside', '../../elsewhere'], ['again', '../../elsewhere']]) {
    symlinkSync(target ?? '', `${project.root}/delivery/real/${name}`)
  }
  mkdirSync(`${project.root}/elsewhere/below`)
  symlinkSync('..', `${project.root}/elsewhere/below/back`)
  expect((await project.run('run', '--once')).code).toBe(0)
  expect(project.standings().toSorted()).toEqual(['a.txt archived', 'b.txt archived'])
})
