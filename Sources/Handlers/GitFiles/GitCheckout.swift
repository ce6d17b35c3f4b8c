import Encodings
import Files

/// What a git checkout says of itself, read from its files: no `git` is run, and nothing of a
/// checkout is believed further than that it is read.
///
/// Whatever cannot be read is not known; nothing here throws.
public struct GitCheckout: Sendable {
  /// The folder that holds `.git`, links resolved.
  public let root: String
  /// `remote.origin.url` as `git config --get` tells it, where only the repository's own config and
  /// what that includes is read. It may hold a password.
  public let originURL: String?
  /// The commit that `HEAD` names, 40 or 64 hex digits.
  public let revision: String?

  private let commonFolder: String?

  /// The folder, at or above `folder`, that holds `.git`; nil outside of a checkout.
  public static func root(above folder: String) -> String? {
    ancestors(of: folder).first { resolvedPath($0 + "/.git") != nil }
  }

  /// Reads a checkout.
  /// - Parameters:
  ///   - root: the folder that holds `.git`, absolute and without links.
  ///   - home: the user's home, for includes that begin with `~/`.
  public init(root: String, home: String? = nil) {
    self.root = root
    guard let gitFolder = Self.gitFolder(root) else {
      originURL = nil
      revision = nil
      commonFolder = nil
      return
    }
    // A worktree keeps its HEAD for itself and shares everything else.
    let common =
      Self.line(gitFolder + "/commondir").map { Paths.absolute($0, in: gitFolder) } ?? gitFolder
    let head = Head(gitFolder: gitFolder, commonFolder: common)
    let config = GitConfig(
      GitConfig.Surroundings(
        gitFolder: gitFolder, commonFolder: common, branch: head.branch, home: home))
    originURL = config?.originURL.map { String(decoding: $0, as: UTF8.self) }
    // Another storage of refs leaves files that say nothing, or something old.
    let isKnown = config == nil || config?.refStorage == "files"
    revision = isKnown ? head.commit : nil
    commonFolder = common
  }

  /// Whether the commit that `HEAD` named has each of these files with exactly these bytes.
  ///
  /// A file whose bytes a filter or a conversion of line ends changes between commit and checkout is
  /// another file: what counts is what is in the commit.
  ///
  /// - Parameters:
  ///   - folder: what the paths are relative to, absolute and without links.
  ///   - files: paths without `.` and `..`, and what was read there.
  /// - Returns: nil where that cannot be told: the commit or a folder of it is damaged, missing or
  ///   of a kind that is not known here.
  public func committed(_ files: [(path: String, bytes: [UInt8])], in folder: String) -> Bool? {
    guard let revision, let commit = ObjectID(hex: revision), let commonFolder,
      let above = Self.parts(of: folder, below: root)
    else { return nil }
    let length = commit.bytes.count
    let objects = ObjectDatabase(folder: commonFolder + "/objects", idLength: length)
    do throws(GitObject.Unreadable) {
      let tree = try CommittedTree(of: commit, in: objects)
      for file in files {
        let parts = above + file.path.utf8.split(separator: UInt8(ascii: "/")).map { Array($0) }
        guard try tree.file(parts) == ObjectID(of: .blob, file.bytes, length: length) else {
          return false
        }
      }
      return true
    } catch { return nil }
  }

  private static func parts(of folder: String, below root: String) -> [[UInt8]]? {
    let (inner, outer) = (
      folder.utf8.split(separator: UInt8(ascii: "/")), root.utf8.split(separator: UInt8(ascii: "/"))
    )
    guard zip(inner, outer).allSatisfy({ $0.elementsEqual($1) }), inner.count >= outer.count else {
      return nil
    }
    return inner.dropFirst(outer.count).map { Array($0) }
  }

  private static func gitFolder(_ root: String) -> String? {
    let path = root + "/.git"
    guard (try? LinuxFileSystem().info(path, followingLink: true))?.kind == .file else {
      return resolvedPath(path).map { _ in path }
    }
    guard let pointer = line(path), pointer.hasPrefix("gitdir: ") else { return nil }
    return Paths.absolute(String(pointer.dropFirst("gitdir: ".count)), in: root)
  }

  /// The text of a small file without the space at its end.
  static func line(_ path: String) -> String? {
    let found = try? LinuxFileSystem().contents(of: path, limit: 1 << 16, .throughLinks)
    guard var bytes = found else { return nil }
    while let last = bytes.last, [0x20, 0x09, 0x0a, 0x0d].contains(last) { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// A folder and everything above it, nearest first.
public func ancestors(of folder: String) -> [String] {
  var all = [folder]
  var path = folder
  while path != "/", path.contains("/") {
    path = Paths.folder(of: path)
    all.append(path)
  }
  return all
}

/// The absolute path without links; nil where there is nothing.
func resolvedPath(_ path: String) -> String? { try? LinuxFileSystem().resolve(path) }
