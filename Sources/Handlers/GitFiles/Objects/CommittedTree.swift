/// What a commit has, by path.
struct CommittedTree {
  private let objects: ObjectDatabase
  private let root: ObjectID
  private let idLength: Int

  /// What a path stands for.
  private enum Entry {
    case file(ObjectID)
    case folder(ObjectID)
    case link(ObjectID)
    /// A commit of another repository.
    case submodule
  }

  private static let linkLimit = 40

  init(of commit: ObjectID, in objects: ObjectDatabase) throws(GitObject.Unreadable) {
    let text = try objects.object(commit, is: .commit)
    let line = text.prefix { $0 != 0x0a }
    guard line.starts(with: "tree ".utf8),
      let tree = ObjectID(hex: String(decoding: line.dropFirst(5), as: UTF8.self)),
      tree.bytes.count == commit.bytes.count
    else { throw GitObject.Unreadable() }
    self.objects = objects
    root = tree
    idLength = commit.bytes.count
  }

  /// The name of the file at a path, links that stay in the tree followed; nil where the commit has
  /// no file there.
  ///
  /// - Parameter path: parts without `.` and `..`.
  func file(_ path: [[UInt8]]) throws(GitObject.Unreadable) -> ObjectID? {
    var rest = path
    var folders: [(name: [UInt8], id: ObjectID)] = [([], root)]
    var links = 0
    while !rest.isEmpty {
      let name = rest.removeFirst()
      if name == [0x2e, 0x2e] {
        guard folders.count > 1 else { return nil }
        folders.removeLast()
        continue
      }
      guard let folder = folders.last, let entry = try entry(name, in: folder.id) else {
        return nil
      }
      switch entry {
      case .submodule: return nil
      case .file(let id): return rest.isEmpty ? id : nil
      case .folder(let id): folders.append((name, id))
      case .link(let id):
        links += 1
        let target = try objects.object(id, is: .blob)
        guard links <= Self.linkLimit, target.first != UInt8(ascii: "/") else { return nil }
        rest =
          target.split(separator: UInt8(ascii: "/")).map { Array($0) }.filter { $0 != [0x2e] }
          + rest
      }
    }
    return nil
  }

  /// Entries are a mode, a space, a name, a NUL, the bytes of an id.
  private func entry(
    _ name: [UInt8], in tree: ObjectID
  ) throws(GitObject.Unreadable) -> Entry? {
    let bytes = try objects.object(tree, is: .tree)
    var at = 0
    while at < bytes.count {
      guard let space = bytes[at...].firstIndex(of: 0x20),
        let end = bytes[space...].firstIndex(of: 0), bytes.count - end > idLength
      else { throw GitObject.Unreadable() }
      let id = ObjectID(bytes: Array(bytes[(end + 1)...(end + idLength)]))
      if bytes[(space + 1)..<end].elementsEqual(name) {
        switch bytes[at..<space] {
        case let mode where mode.elementsEqual("40000".utf8): return .folder(id)
        case let mode where mode.elementsEqual("120000".utf8): return .link(id)
        case let mode where mode.elementsEqual("160000".utf8): return .submodule
        case let mode where mode.starts(with: "100".utf8): return .file(id)
        default: throw GitObject.Unreadable()
        }
      }
      at = end + 1 + idLength
    }
    return nil
  }
}
