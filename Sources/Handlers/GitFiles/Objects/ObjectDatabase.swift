import Encodings
import Files

/// The objects of a repository, loose, packed and borrowed. What comes out has been hashed and is
/// what its name says.
///
/// Reference: gitrepository-layout(5), gitformat-pack(5).
final class ObjectDatabase {
  private let folders: [String]
  private let idLength: Int
  private var packs: [Pack]?

  /// - Parameters:
  ///   - folder: `objects` of the repository.
  ///   - idLength: bytes of a name: 20 or 32.
  init(folder: String, idLength: Int) {
    folders = Self.withAlternates(folder)
    self.idLength = idLength
  }

  /// The object of a name.
  func object(_ id: ObjectID, is kind: GitObject.Kind) throws(GitObject.Unreadable) -> [UInt8] {
    guard let object = try find(id, depth: 0), object.kind == kind,
      ObjectID(of: kind, object.content, length: idLength) == id
    else { throw GitObject.Unreadable() }
    return object.content
  }

  private func find(_ id: ObjectID, depth: Int) throws(GitObject.Unreadable) -> GitObject? {
    // Only a difference from an object of another pack looks further, and packs on a disk have none.
    guard depth < 8 else { throw GitObject.Unreadable() }
    for folder in folders {
      let hex = id.hex
      if let file = ObjectFile("\(folder)/\(hex.prefix(2))/\(hex.dropFirst(2))") {
        return try Self.loose(file)
      }
    }
    for pack in openPacks() {
      guard let offset = try? pack.index.offset(of: id) else { continue }
      return try pack.object(at: offset) {
        (other: ObjectID) throws(GitObject.Unreadable) -> GitObject? in
        try find(other, depth: depth + 1)
      }
    }
    return nil
  }

  /// `<kind> <size>`, a NUL, the bytes.
  private static func loose(_ file: ObjectFile) throws(GitObject.Unreadable) -> GitObject {
    let bytes = try file.inflated(at: 0, limit: GitObject.limit + 64)
    guard let end = bytes.prefix(64).firstIndex(of: 0) else { throw GitObject.Unreadable() }
    let words = bytes[..<end].split(separator: 0x20, omittingEmptySubsequences: false)
    let content = Array(bytes[(end + 1)...])
    guard words.count == 2,
      let kind = GitObject.Kind(rawValue: String(decoding: words[0], as: UTF8.self)),
      words[1].elementsEqual("\(content.count)".utf8)
    else { throw GitObject.Unreadable() }
    return GitObject(kind: kind, content: content)
  }

  private func openPacks() -> [Pack] {
    if let packs { return packs }
    var found: [Pack] = []
    for folder in folders {
      let names = (try? LinuxFileSystem().names(in: folder + "/pack")) ?? []
      for name in names.sorted().prefix(10_000) where name.hasSuffix(".idx") {
        let path = "\(folder)/pack/\(name.dropLast(4))"
        // One that cannot be read may stand beside others that have what is asked for.
        if let pack = try? Pack(path: path, idLength: idLength) { found.append(pack) }
      }
    }
    packs = found
    return found
  }

  /// A folder of objects and those it borrows from, as `info/alternates` lists them.
  private static func withAlternates(_ folder: String) -> [String] {
    var all = [folder]
    var at = 0
    while at < all.count, all.count < 64 {
      let file = all[at] + "/info/alternates"
      let bytes = try? LinuxFileSystem().contents(of: file, limit: 1 << 20, .throughLinks)
      for line in (bytes ?? []).split(separator: 0x0a) where line.first != 0x23 {
        guard let path = String(validating: line, as: UTF8.self) else { continue }
        let full = Paths.absolute(path, in: all[at])
        if !all.contains(full) { all.append(full) }
      }
      at += 1
    }
    return all
  }
}
