import Files
import Glibc
import SystemPackage

/// What processes that died left in `tmp/` and `leases/`.
struct Leftovers: Sendable {
  /// One of them.
  struct File {
    var path: String
    /// In bytes.
    var size: UInt64
  }

  let layout: StoreLayout
  let fileSystem: any FileSystem

  /// Nobody takes so long from one write to the next, except when it is stopped or far away.
  static let graceSeconds: Int64 = 3600

  /// Those that are old: leases without their lock, and, when no lease is left that is locked,
  /// unfinished files.
  ///
  /// The files are listed before the leases are looked at. Whoever makes such a file has his lease
  /// locked before, or holds the writer's lock, or does without where it is gone (an index that is
  /// made beside): so one that is still needed is never among those that go, however short the grace. A lease itself is locked only after it was made, and stays as
  /// long as anybody may take for that.
  ///
  /// - Parameters:
  ///   - now: seconds since 1970.
  ///   - grace: how old an unfinished file has to be, in seconds.
  func find(now: Int64, grace: Int64) -> [File] {
    let unfinished = files(in: layout.temporary, olderThan: grace, now)
    var found: [File] = []
    var isAlone = true
    for lease in files(in: layout.leases, olderThan: nil, now) {
      if isLocked(lease.path) {
        isAlone = false
      } else if info(lease.path).map({ isOld($0, Self.graceSeconds, now) }) == true {
        found.append(lease)
      }
    }
    return isAlone ? found + unfinished : found
  }

  /// Removes them, and returns those that are gone. What cannot be removed stays; nothing depends on
  /// it.
  @discardableResult
  func remove(now: Int64, grace: Int64 = Self.graceSeconds) -> [File] {
    find(now: now, grace: grace).filter { file in
      do throws(Errno) {
        try fileSystem.remove(file.path)
        return true
      } catch {
        return false
      }
    }
  }

  private func files(in folder: String, olderThan grace: Int64?, _ now: Int64) -> [File] {
    let names = (try? fileSystem.names(in: folder)) ?? []
    return names.compactMap { name in
      let path = "\(folder)/\(name)"
      guard let info = info(path), info.kind == .file,
        grace.map({ isOld(info, $0, now) }) ?? true
      else { return nil }
      return File(path: path, size: info.size)
    }
  }

  private func info(_ path: String) -> FileInfo? {
    try? fileSystem.info(path, followingLink: false)
  }

  // What is as old as the limit is old, so that no grace means none.
  private func isOld(_ info: FileInfo, _ grace: Int64, _ now: Int64) -> Bool {
    info.modified / 1_000_000_000 <= now - grace
  }

  private func isLocked(_ path: String) -> Bool {
    guard let file = try? fileSystem.openFile(path) else { return false }
    // In doubt it is.
    return (try? file.isLocked()) ?? true
  }
}
