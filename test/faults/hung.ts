import { mkdirSync, mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'

/** A mounted file system in which every call waits without end, until it is released. */
export type Hung = { release(): void }

/** FUSE with nobody who answers: the kernel's own way of waiting, as for a server that is gone. Its holder's end
 *  makes every call fail that still waits, as a forced unmount does. */
export const hangAt = async (place: string): Promise<Hung> => {
  mkdirSync(place, { recursive: true })
  const options = 'fd=3,rootmode=40000,user_id=0,group_id=0,allow_other'
  const holder = Bun.spawn(['sh', '-c', `exec 3<>/dev/fuse; mount -i -t fuse -o ${options} none "$0" && echo up; exec cat >/dev/null`, place], {
    stdin: 'pipe', stdout: 'pipe', stderr: 'ignore',
  })
  const { value } = await holder.stdout.getReader().read()
  const release = () => {
    Bun.spawnSync(['timeout', '-s', 'KILL', '1', 'umount', '-l', '-c', '-i', place])
    holder.kill('SIGKILL')
    Bun.spawnSync(['umount', '-l', place], { stderr: 'ignore' })
  }
  if (value !== undefined) return { release }
  release()
  throw new Error('cannot mount FUSE')
}

/** Only root may, where the kernel has FUSE. */
export const canHang = async (): Promise<boolean> => {
  const place = mkdtempSync(`${tmpdir()}/carbonation-hang-`)
  try {
    if (process.getuid?.() !== 0) return false
    const hung = await hangAt(place)
    hung.release()
    return true
  } catch {
    return false
  } finally {
    rmdirSync(place)
  }
}
