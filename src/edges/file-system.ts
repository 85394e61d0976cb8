import type { Path } from '../domain/path.ts'
import type { FileSystem } from '../world.ts'
import { fileSystemId } from './libc.ts'

/** statfs(2) magic numbers of file systems whose every change this kernel sees. */
const localTypes: Readonly<Record<number, string>> = {
  0xef53: 'ext4', 0x58465342: 'xfs', 0x9123683e: 'btrfs', 0x01021994: 'tmpfs', 0x2fc12fc1: 'zfs', 0xf2f52010: 'f2fs',
  0x794c7630: 'overlay', 0x858458f6: 'ramfs', 0x3153464a: 'jfs', 0x52654973: 'reiserfs', 0xca451a4e: 'bcachefs',
}
const remoteTypes: Readonly<Record<number, string>> = {
  0x6969: 'nfs', 0xff534d42: 'cifs', 0xfe534d42: 'smb2', 0x517b: 'smb', 0x65735546: 'fuse', 0x00c36400: 'ceph',
  0x0bd00bd0: 'lustre', 0x01021997: '9p', 0x5346414f: 'afs', 0x47504653: 'gpfs',
}

/** Whether other machines may have it mounted as well. */
export const isNetwork = ({ type }: FileSystem): boolean => type !== 'fuse' && Object.values(remoteTypes).includes(type)

/** Which file system stands here: a mount point and the empty directory below it have different ids. */
export const fileSystemOf = (path: Path): FileSystem => {
  const { magic, id, freeBytes } = fileSystemId(path)
  const local = localTypes[magic]
  const type = local ?? remoteTypes[magic] ?? `0x${magic.toString(16)}`
  return { id: `${magic.toString(16)}:${id}`, type, local: local !== undefined, freeBytes }
}
