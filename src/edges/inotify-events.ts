import { type Path, pathFromBytes } from '../domain/path.ts'

/** Bits of `inotify(7)`, equal on all architectures. */
export const inotifyBits = {
  closeWrite: 0x8,
  movedFrom: 0x40,
  movedTo: 0x80,
  create: 0x100,
  delete: 0x200,
  deleteSelf: 0x400,
  moveSelf: 0x800,
  unmount: 0x2000,
  overflow: 0x4000,
  ignored: 0x8000,
  onlyDirectory: 0x0100_0000,
  dontFollow: 0x0200_0000,
  exceptUnlinked: 0x0400_0000,
  isDirectory: 0x4000_0000,
} as const

/** What is asked of each directory. Neither writes nor reads are in it: a file that is written costs two
 *  places of the kernel's queue, and our own reading costs none. */
export const inotifyMask =
  inotifyBits.closeWrite |
  inotifyBits.movedFrom |
  inotifyBits.movedTo |
  inotifyBits.create |
  inotifyBits.delete |
  inotifyBits.deleteSelf |
  inotifyBits.moveSelf |
  inotifyBits.onlyDirectory |
  inotifyBits.exceptUnlinked

export type InotifyEvent = {
  /** The watch descriptor; -1 for an overflow. */
  readonly wd: number
  readonly mask: number
  /** The name in the watched directory; empty where the event is about the directory itself. */
  readonly name: Path
}

/** What stands in for bytes that can't be read: whatever was in them is lost. */
const overflow: InotifyEvent = { wd: -1, mask: inotifyBits.overflow, name: '' }

const headBytes = 16
const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/** The events of one read, in order. The kernel never cuts a record; one that is cut all the same counts as
 *  an overflow, so that the tree is looked at instead of trusted. */
export const parseInotifyEvents = (bytes: Uint8Array): InotifyEvent[] => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const events: InotifyEvent[] = []
  for (let at = 0; at < bytes.length; ) {
    if (at + headBytes > bytes.length) return [...events, overflow]
    const end = at + headBytes + view.getUint32(at + 12, littleEndian)
    if (end > bytes.length) return [...events, overflow]
    events.push({
      wd: view.getInt32(at, littleEndian),
      mask: view.getUint32(at + 4, littleEndian),
      name: nameOf(bytes.subarray(at + headBytes, end)),
    })
    at = end
  }
  return events
}

/** Names are padded with zero bytes. */
const nameOf = (padded: Uint8Array): Path => {
  const end = padded.indexOf(0)
  return pathFromBytes(end === -1 ? padded : padded.subarray(0, end))
}
