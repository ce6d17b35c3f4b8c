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
  private var descriptor: Int32?

  /// A lease over nothing yet.
  public init(folder: String, fileSystem: any FileSystem) throws(StoreError) {
    self.fileSystem = fileSystem
    let path = "\(folder)/\(try storing(RandomName.make()))"
    self.path = path
    let descriptor = try attempt("open", path) { () throws(Errno) -> Int32 in
      try fileSystem.open(path, flags: O_RDWR | O_CREAT | O_EXCL, permissions: 0o644)
    }
    self.descriptor = descriptor
    do throws(Errno) {
      _ = try fileSystem.lock(descriptor, wait: false)
    } catch {
      throw StoreError(error, call: "fcntl", path: path)
    }
  }

  deinit { end() }

  /// Adds an object, which from now on is not collected.
  public func hold(_ digest: Digest) throws(StoreError) {
    guard let descriptor else { return }
    try attempt("write", path) { () throws(Errno) in
      try fileSystem.writeAll(descriptor, Array("\(digest)\n".utf8))
    }
  }

  /// Gives everything back.
  public func end() {
    guard let descriptor else { return }
    self.descriptor = nil
    do throws(Errno) { try fileSystem.remove(path) } catch {}
    fileSystem.close(descriptor)
  }

  /// What the processes that live now rely on.
  public static func live(
    in folder: String, fileSystem: any FileSystem
  ) throws(StoreError) -> Set<Digest> {
    var out: Set<Digest> = []
    guard try storing(fileSystem.infoIfAny(folder)) != nil else { return out }
    let names = try attempt("readdir", folder) { () throws(Errno) -> [String] in
      try fileSystem.names(in: folder)
    }
    for name in names {
      let path = "\(folder)/\(name)"
      let descriptor: Int32
      do throws(Errno) {
        descriptor = try fileSystem.open(
          path, flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK, permissions: 0)
      } catch .noSuchFileOrDirectory, .tooManySymbolicLinkLevels, .noSuchAddressOrDevice {
        // It ended meanwhile, or is nothing that a process of ours made.
        continue
      } catch {
        throw StoreError(error, call: "open", path: path)
      }
      defer { fileSystem.close(descriptor) }
      let text = try attempt("fcntl", path) { () throws(Errno) -> [UInt8] in
        guard try fileSystem.isLocked(descriptor) else { return [] }
        return try fileSystem.readAll(
          descriptor, size: Int(try fileSystem.info(of: descriptor).size))
      }
      for line in text.split(separator: UInt8(ascii: "\n")) {
        if let digest = Digest(String(decoding: line, as: UTF8.self)) { out.insert(digest) }
      }
    }
    return out
  }
}
