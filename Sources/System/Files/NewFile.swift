import SystemPackage

/// A file that is written from its start and replaces another when it is whole.
///
/// Where the file system can, it has no name until then, so that whoever is killed leaves nothing.
public final class NewFile {
  private let fileSystem: any FileSystem
  private let target: String
  private let file: OpenFile
  // Hidden and beside the target, whose file system it has to be on.
  private let beside: String
  private var hasName: Bool

  /// Opens it in the folder of what it is to replace.
  ///
  /// - Throws: what opening fails with.
  public init(replacing target: String, _ fileSystem: any FileSystem) throws(FileError) {
    self.fileSystem = fileSystem
    self.target = target
    let folder = Paths.folder(of: target)
    beside = Paths.join(folder, ".\(try RandomName.make())")
    do throws(FileError) {
      file = try fileSystem.openUnnamedFile(in: folder, permissions: 0o644)
      hasName = false
    } catch {
      guard error.errno == .notSupported || error.errno == .isDirectory else { throw error }
      file = try fileSystem.openFile(beside, [.write, .new])
      hasName = true
    }
  }

  deinit {
    if hasName { do throws(Errno) { try fileSystem.remove(beside) } catch {} }
  }

  /// Writes all of it behind what was written.
  public func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) { try file.write(bytes) }

  /// Synchronises it and puts it in place of the target, which then is either what it was or this.
  public func place() throws(FileError) {
    try file.synchronize()
    do throws(Errno) {
      if !hasName {
        try fileSystem.linkUnnamed(file.descriptor, to: beside)
        hasName = true
      }
      try fileSystem.rename(beside, to: target)
      hasName = false
    } catch {
      throw FileError(error, call: hasName ? "rename" : "link", path: target)
    }
    try fileSystem.synchronizeFolder(Paths.folder(of: target))
  }
}
