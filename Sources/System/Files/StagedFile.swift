import Synchronization
import SystemPackage

/// A whole file under an unfinished name, which goes away with this unless it gets its place.
public final class StagedFile: Sendable {
  let file: OpenFile
  private let fileSystem: any FileSystem
  private let isPlaced = Atomic<Bool>(false)

  init(_ file: consuming OpenFile) {
    fileSystem = file.fileSystem
    self.file = file
  }

  deinit {
    if !isPlaced.load(ordering: .relaxed) {
      // What cannot be removed now is removed by the next collection.
      do throws(Errno) { try fileSystem.remove(file.path) } catch {}
    }
  }

  /// Lets the disk begin, so that ``place(at:)`` has less to wait for.
  public func startWriteback() { file.startWriteback() }

  /// Synchronises the file and puts it in place of `target`, which then is either what it was or this.
  public func place(at target: String) throws(FileError) {
    try file.synchronize()
    do throws(Errno) {
      try fileSystem.rename(file.path, to: target)
    } catch {
      throw FileError(error, call: "rename", path: target)
    }
    isPlaced.store(true, ordering: .relaxed)
    try fileSystem.synchronizeFolder(Paths.folder(of: target))
  }

  /// Synchronises the file and gives it a name that nothing has yet; returns whether it got it.
  public func place(atNew target: String) throws(FileError) -> Bool {
    try file.synchronize()
    guard try fileSystem.move(file.path, toNew: target) else { return false }
    isPlaced.store(true, ordering: .relaxed)
    try fileSystem.synchronizeFolder(Paths.folder(of: target))
    return true
  }
}
