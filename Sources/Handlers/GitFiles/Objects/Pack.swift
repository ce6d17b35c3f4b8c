/// A pack: objects behind each other, many as differences from others.
///
/// Reference: gitformat-pack(5).
struct Pack: Sendable {
  let index: PackIndex
  private let file: ObjectFile
  private let idLength: Int

  /// git makes no longer chains of differences.
  private static let depthLimit = 4096

  /// Whatever is read of a chain together is not more than a few of the largest objects.
  private static let chainLimit = 256 << 20

  private static let workLimit = 1 << 30

  init(path: String, idLength: Int) throws(GitObject.Unreadable) {
    guard let index = ObjectFile(path + ".idx"), let file = ObjectFile(path + ".pack"),
      try file.bytes(at: 0, count: 4).elementsEqual("PACK".utf8),
      [2, 3].contains(try file.number(at: 4, bytes: 4))
    else { throw GitObject.Unreadable() }
    self.index = try PackIndex(index, idLength: idLength)
    self.file = file
    self.idLength = idLength
  }

  private enum Kind {
    case whole(GitObject.Kind)
    case differs(fromPlace: UInt64)
    case differsFrom(ObjectID)
  }

  /// The object at a place.
  ///
  /// - Parameter other: finds what a difference is from, where that is named by its id.
  func object(
    at offset: UInt64, other: (ObjectID) throws(GitObject.Unreadable) -> GitObject?
  ) throws(GitObject.Unreadable) -> GitObject {
    var deltas: [[UInt8]] = []
    var (place, read) = (offset, 0)
    while true {
      let (kind, data, size) = try entry(at: place)
      let content = try file.inflated(at: data, limit: min(size, GitObject.limit))
      read += content.count
      guard content.count == size, read <= Self.chainLimit, deltas.count < Self.depthLimit else {
        throw GitObject.Unreadable()
      }
      switch kind {
      case .whole(let kind):
        return try apply(deltas, to: GitObject(kind: kind, content: content))
      case .differs(let base):
        deltas.append(content)
        place = base
      case .differsFrom(let id):
        deltas.append(content)
        if let base = try index.offset(of: id) {
          place = base
        } else {
          guard let base = try other(id) else { throw GitObject.Unreadable() }
          return try apply(deltas, to: base)
        }
      }
    }
  }

  private func apply(
    _ deltas: [[UInt8]], to base: GitObject
  ) throws(GitObject.Unreadable) -> GitObject {
    var (object, made) = (base, 0)
    for delta in deltas.reversed() {
      object.content = try Delta.apply(delta, to: object.content)
      made += object.content.count
      // A few bytes of each can ask for as many copies of the largest object.
      guard made <= Self.workLimit else { throw GitObject.Unreadable() }
    }
    return object
  }

  /// What stands at a place, where its data begin, and how large they are.
  private func entry(
    at offset: UInt64
  ) throws(GitObject.Unreadable) -> (kind: Kind, data: UInt64, size: Int) {
    let head = file.piece(at: offset, count: 64)
    var at = 0
    func next() throws(GitObject.Unreadable) -> UInt8 {
      guard at < head.count else { throw GitObject.Unreadable() }
      defer { at += 1 }
      return head[at]
    }
    let first = try next()
    var (size, shift, byte) = (Int(first & 15), 4, first)
    while byte & 0x80 != 0 {
      byte = try next()
      guard shift < 40 else { throw GitObject.Unreadable() }
      size |= Int(byte & 0x7f) << shift
      shift += 7
    }
    let kind: Kind
    switch first >> 4 & 7 {
    case 1: kind = .whole(.commit)
    case 2: kind = .whole(.tree)
    case 3: kind = .whole(.blob)
    case 4: kind = .whole(.tag)
    case 6:
      byte = try next()
      var back = UInt64(byte & 0x7f)
      while byte & 0x80 != 0 {
        byte = try next()
        guard back < 1 << 48 else { throw GitObject.Unreadable() }
        back = (back + 1) << 7 | UInt64(byte & 0x7f)
      }
      guard back > 0, back < offset else { throw GitObject.Unreadable() }
      kind = .differs(fromPlace: offset - back)
    case 7:
      guard at + idLength <= head.count else { throw GitObject.Unreadable() }
      kind = .differsFrom(ObjectID(bytes: Array(head[at..<(at + idLength)])))
      at += idLength
    default: throw GitObject.Unreadable()
    }
    return (kind, offset + UInt64(at), size)
  }
}
