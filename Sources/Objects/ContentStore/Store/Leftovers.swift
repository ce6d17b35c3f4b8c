import Files
import Glibc
import SystemPackage

/// What processes that died left in `tmp/` and `leases/`.
struct Leftovers: Sendable {
  let layout: StoreLayout
  let fileSystem: any FileSystem

  /// Nobody takes so long from one write to the next, except when it is stopped or far away.
  static let graceSeconds: Int64 = 3600

  /// Those that are old: leases without their lock, and then, when no lease is left that is
  /// locked, unfinished files.
  ///
  /// - Parameter now: seconds since 1970.
  func find(now: Int64) -> [String] {
    let limit = (now - Self.graceSeconds) * 1_000_000_000
    var found: [String] = []
    var isAlone = true
    for path in files(in: layout.leases, before: .max) {
      if isLocked(path) {
        isAlone = false
      } else if isOld(path, before: limit) {
        found.append(path)
      }
    }
    return isAlone ? found + files(in: layout.temporary, before: limit) : found
  }

  /// Removes them. What cannot be removed stays; nothing depends on it.
  func remove(now: Int64) {
    for path in find(now: now) { discard(path) }
  }

  private func files(in folder: String, before limit: Int64) -> [String] {
    let names = (try? fileSystem.names(in: folder)) ?? []
    return names.map { "\(folder)/\($0)" }.filter { isOld($0, before: limit) }
  }

  private func isOld(_ path: String, before limit: Int64) -> Bool {
    guard let info = try? fileSystem.info(path, followingLink: false) else { return false }
    return info.kind == .file && info.modified < limit
  }

  private func isLocked(_ path: String) -> Bool {
    let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK
    guard let descriptor = try? fileSystem.open(path, flags: flags, permissions: 0) else {
      return false
    }
    defer { fileSystem.close(descriptor) }
    // In doubt it is.
    return (try? fileSystem.isLocked(descriptor)) ?? true
  }

  private func discard(_ path: String) {
    do throws(Errno) { try fileSystem.remove(path) } catch {}
  }
}
