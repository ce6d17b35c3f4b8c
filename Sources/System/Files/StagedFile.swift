import Synchronization
import SystemPackage

/// A whole file under an unfinished name, which goes away with this unless it gets its place.
public final class StagedFile: Sendable {
  /// Where it is until it has its place.
  public let path: String
  private let descriptor: Int32
  private let fileSystem: any FileSystem
  private let isPlaced = Atomic<Bool>(false)

  init(_ path: String, _ descriptor: Int32, _ fileSystem: any FileSystem) {
    self.path = path
    self.descriptor = descriptor
    self.fileSystem = fileSystem
  }

  deinit {
    fileSystem.close(descriptor)
    if !isPlaced.load(ordering: .relaxed) {
      // What cannot be removed now is removed by the next collection.
      do throws(Errno) { try fileSystem.remove(path) } catch {}
    }
  }

  /// Lets the disk begin, so that ``place(at:)`` has less to wait for.
  public func startWriteback() { fileSystem.startWriteback(descriptor) }

  private func synchronize() throws(FileError) {
    try attempt("fsync", path) { () throws(Errno) in try fileSystem.synchronize(descriptor) }
  }

  /// Synchronises the file and puts it in place of `target`, which then is either what it was or this.
  public func place(at target: String) throws(FileError) {
    try synchronize()
    do throws(Errno) {
      try fileSystem.rename(path, to: target)
    } catch {
      throw FileError(error, call: "rename", path: target)
    }
    isPlaced.store(true, ordering: .relaxed)
    try fileSystem.synchronizeFolder(AtomicFile.folder(of: target))
  }

  /// Synchronises the file and gives it a name that nothing has yet; returns whether it got it.
  public func link(to target: String) throws(FileError) -> Bool {
    try synchronize()
    do throws(Errno) {
      try fileSystem.link(path, to: target)
    } catch .fileExists {
      return false
    } catch {
      throw FileError(error, call: "link", path: target)
    }
    try fileSystem.synchronizeFolder(AtomicFile.folder(of: target))
    return true
  }
}
