import Digests
import Files
import Glibc
import SystemPackage

/// Says which objects a running process relies on before anything durable refers to them.
///
/// A lease is a file in `leases/` with a digest a line, locked while its process lives. Without the
/// lock it is void, so that a process that died protects nothing.
public final class Lease {
  private let fileSystem: any FileSystem
  private let path: String
  private var file: SharedFile?

  /// A lease over nothing yet.
  public init(folder: String, fileSystem: any FileSystem) throws(StoreError) {
    self.fileSystem = fileSystem
    path = "\(folder)/\(try storing(RandomName.make()))"
    let file = SharedFile(try storing(fileSystem.openFile(path, [.write, .new])))
    self.file = file
    _ = try storing(file.file.lock(wait: false))
  }

  deinit { end() }

  /// Adds an object, which from now on is not collected.
  public func hold(_ digest: Digest) throws(StoreError) {
    guard let file else { return }
    try storing(file.file.write(Array("\(digest)\n".utf8)))
  }

  /// Gives everything back.
  public func end() {
    guard file != nil else { return }
    do throws(Errno) { try fileSystem.remove(path) } catch {}
    file = nil
  }

  /// What the processes that live now rely on.
  public static func live(
    in folder: String, fileSystem: any FileSystem
  ) throws(StoreError) -> Set<Digest> {
    var out: Set<Digest> = []
    for name in try storing(fileSystem.namesIfAny(in: folder)) {
      for line in try text(of: "\(folder)/\(name)", fileSystem).split(separator: UInt8(ascii: "\n"))
      {
        if let digest = Digest(String(decoding: line, as: UTF8.self)) { out.insert(digest) }
      }
    }
    return out
  }

  /// What a lease says; nothing where its process is gone, or where no process of ours made it.
  private static func text(
    of path: String, _ fileSystem: any FileSystem
  ) throws(StoreError) -> [UInt8] {
    do throws(FileError) {
      guard let file = try fileSystem.openFileIfAny(path), try file.isLocked() else { return [] }
      return try file.contents(limit: .max - 1)
    } catch {
      if error.code == .malformed { return [] }
      throw StoreError(error)
    }
  }
}
