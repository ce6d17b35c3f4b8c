import ContentStore
import Digests
import FoundationEssentials
import GRDB
import OCIImage

/// One object that another leads to.
public struct ClosureObject: Sendable, Hashable {
  /// What is there of it.
  public enum State: String, Sendable, Hashable {
    /// In the store, of the size that is expected.
    case present
    case missing
    /// Not what its name says, of another size, or no document where one is expected.
    case damaged
  }
  /// Its name.
  public var digest: Digest
  /// How the root leads to it: nothing for the root itself.
  public var path: [Step]
  /// As the one who names it says; of the root a manifest's where it is one.
  public var mediaType: String?
  /// In bytes: as the one who names it says, of the root as it is.
  public var size: UInt64?
  /// Looked at now, its bytes only where it is a record or an image.
  public var state: State

  /// One name on the way.
  public struct Step: Sendable, Hashable {
    /// As what.
    public var role: ObjectReference.Role
    /// Of several in one role, counted from 0.
    public var place: Int
  }
}

extension ArtifactGraph {
  /// The object that a text means: a digest, a prefix of one with 4 or more hex digits, or a ref,
  /// which means the deploy record of its row.
  public func object(_ text: String) throws(GraphError) -> Digest {
    if let digest = Digest(text) ?? Digest(sha256Hex: text) { return digest }
    let ref = Ref(text)
    if let prefix = ref?.digestPrefix, try !isService(text) {
      let found = try objects(startingWith: prefix)
      if found.count > 1 { throw .ambiguousObject(text, candidates: found) }
      if let only = found.first { return only }
    }
    let event = try resolve(text)
    guard let record = event.row.record else { throw .noRecord(text, line: event.line) }
    return record
  }

  private func objects(startingWith prefix: String) throws(GraphError) -> [Digest] {
    let first = Digest(sha256Hex: prefix + String(repeating: "0", count: 64 - prefix.utf8.count))
    let last = Digest(sha256Hex: prefix + String(repeating: "f", count: 64 - prefix.utf8.count))
    guard let first, let last else { return [] }
    return try query { db in
      try Data.fetchAll(
        db,
        sql: "SELECT digest FROM object_rows WHERE digest BETWEEN ? AND ? ORDER BY digest LIMIT 16",
        arguments: [Data(first.bytes), Data(last.bytes)]
      ).compactMap(Digest.init(stored:))
    }
  }

  /// Everything that an object leads to, itself first, each object once, by its shortest path.
  ///
  /// Read from the store, not from the index: what is shown must not depend on when the index was
  /// made, and objects that no row leads to have a closure as well.
  public func closure(of root: Digest) throws(GraphError) -> [ClosureObject] {
    var list = ClosureList(blobs: store.blobs)
    do {
      try ReferenceWalk(store.blobs, .breadthFirst).run(
        from: ObjectReference(unknown: root), &list)
    } catch { throw Self.wrap(error) }
    return list.found
  }
}

/// Lists what a walk comes to, nearest first.
private struct ClosureList: ReferenceVisitor {
  let blobs: BlobStore
  private(set) var found: [ClosureObject] = []
  private var seen: Set<Digest> = []

  init(blobs: BlobStore) { self.blobs = blobs }

  mutating func enter(_ reference: ObjectReference, from parent: Int?) -> Int? {
    let descriptor = reference.descriptor
    guard seen.insert(descriptor.digest).inserted else { return nil }
    var (state, size) = look(at: descriptor.digest)
    var path: [ClosureObject.Step] = []
    if let parent {
      if state == .present, size != descriptor.size { state = .damaged }
      size = descriptor.size
      path = found[parent].path + [.init(role: reference.role, place: reference.place)]
    }
    found.append(
      ClosureObject(
        digest: descriptor.digest, path: path,
        mediaType: parent == nil ? nil : descriptor.mediaType, size: size, state: state))
    return state == .present && reference.mayNameOthers ? found.count - 1 : nil
  }

  mutating func leave(_ reference: ObjectReference, _ node: Int, _ document: Document?) {
    guard found[node].path.isEmpty else { return }
    found[node].mediaType = document?.mediaType
    // What is too large for a document was not hashed.
    if document == nil, !isWhole(found[node].digest) { found[node].state = .damaged }
  }

  mutating func fail(_ reference: ObjectReference, _ node: Int, _ error: StoreError) {
    found[node].state = error.code == .missing ? .missing : .damaged
  }

  private func isWhole(_ digest: Digest) -> Bool {
    do throws(StoreError) { try blobs.verify(digest) } catch { return false }
    return true
  }

  private func look(at digest: Digest) -> (ClosureObject.State, UInt64?) {
    do throws(StoreError) {
      guard let size = try blobs.size(of: digest) else { return (.missing, nil) }
      return (.present, size)
    } catch { return (.damaged, nil) }
  }
}
