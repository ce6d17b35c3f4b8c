import Encodings
import Files

/// What is checked out: a branch with its newest commit, or a commit.
///
/// Reference: gitrepository-layout(5); git-pack-refs(1).
struct Head {
  /// Without `refs/heads/`; nil where no branch is checked out.
  private(set) var branch: [UInt8]?
  /// 40 or 64 hex digits; nil where there is none yet, or it cannot be read.
  private(set) var commit: String?

  private static let packedLimit = 256 << 20

  /// - Parameters:
  ///   - gitFolder: holds `HEAD`.
  ///   - commonFolder: holds what all worktrees share.
  init(gitFolder: String, commonFolder: String) {
    var text = GitCheckout.line(gitFolder + "/HEAD")
    var isFirst = true
    // A ref can name another; git follows five.
    for _ in 0..<5 {
      guard let found = text else { return }
      guard found.hasPrefix("ref:") else {
        commit = Self.commit(found)
        return
      }
      let name = String(found.dropFirst(4).drop { $0 == " " || $0 == "\t" })
      guard name.hasPrefix("refs/"), !name.split(separator: "/").contains("..") else { return }
      if isFirst, name.hasPrefix("refs/heads/") {
        branch = Array(name.dropFirst("refs/heads/".count).utf8)
      }
      isFirst = false
      text =
        GitCheckout.line(commonFolder + "/" + name) ?? GitCheckout.line(gitFolder + "/" + name)
        ?? Self.packed(name, commonFolder)
    }
  }

  private static func packed(_ name: String, _ folder: String) -> String? {
    let path = folder + "/packed-refs"
    let found = try? LinuxFileSystem().contents(
      of: path, limit: packedLimit, .throughLinks)
    let wanted = Array(name.utf8)
    for line in (found ?? []).split(whereSeparator: { $0 == 0x0a || $0 == 0x0d }) {
      guard let space = line.firstIndex(of: 0x20), line[(space + 1)...].elementsEqual(wanted) else {
        continue
      }
      return String(decoding: line[..<space], as: UTF8.self)
    }
    return nil
  }

  private static func commit(_ text: String) -> String? {
    ObjectID(hex: text) == nil ? nil : text
  }
}
