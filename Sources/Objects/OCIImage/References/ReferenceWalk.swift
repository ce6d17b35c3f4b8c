import ContentStore
import Digests

/// Who is told of each reference that a walk comes to.
public protocol ReferenceVisitor {
  /// What the visitor knows an object by; small, because a walk holds very many.
  associatedtype Node

  /// Called for every reference, as often as documents name the object.
  ///
  /// - Returns: what the object is known by where it is to be looked into, nil to go no further.
  mutating func enter(_ reference: ObjectReference, from parent: Node?) throws -> Node?

  /// Called when an object was looked into, before what it names is entered.
  ///
  /// - Parameter document: nil for content.
  mutating func leave(
    _ reference: ObjectReference, _ node: Node, _ document: Document?
  ) throws

  /// Called instead when it could not be, for a reason that lies in the object.
  mutating func fail(
    _ reference: ObjectReference, _ node: Node, _ error: StoreError
  ) throws
}

extension ReferenceVisitor {
  /// Does nothing.
  public mutating func leave(
    _ reference: ObjectReference, _ node: Node, _ document: Document?
  ) throws {}
}

/// Goes from object to object along what documents name.
///
/// The walk decides nothing: a visitor says what is looked into, so that each object is once however
/// often it is named. It holds what is still to be entered, and one document at a time. A list of
/// what is left to do rather than a call for each, because somebody may have chained very many.
public struct ReferenceWalk: Sendable {
  /// Which object comes next.
  public enum Order: Sendable {
    /// What was named last: little is held.
    case depthFirst
    /// What is nearest: whoever is entered first is entered by a shortest way.
    case breadthFirst
  }

  /// Reads the documents.
  public var reader: ReferenceReader
  private let order: Order

  /// A walk over the objects of a source.
  ///
  /// - Parameter trustsTypes: as of ``ReferenceReader/init(_:trustsTypes:)``.
  public init(
    _ source: any BlobSource, _ order: Order = .depthFirst, trustsTypes: Bool = true
  ) {
    reader = ReferenceReader(source, trustsTypes: trustsTypes)
    self.order = order
  }

  /// Walks from an object through all that it leads to.
  ///
  /// - Parameter parent: who names it, where somebody does.
  /// - Throws: what the visitor throws, and what reading fails with for a reason that does not lie in
  ///   an object.
  public func run<Visitor: ReferenceVisitor>(
    from root: ObjectReference, parent: Visitor.Node? = nil, _ visitor: inout Visitor
  ) throws {
    var todo = [(root, parent)]
    var next = 0
    while next < todo.count {
      let (reference, parent) = order == .depthFirst ? todo.removeLast() : todo[next]
      if order == .breadthFirst { next += 1 }
      guard let node = try visitor.enter(reference, from: parent) else { continue }
      let document: Document?
      do throws(StoreError) {
        document = try reader.document(reference)
      } catch {
        guard error.isOfTheObject else { throw error }
        try visitor.fail(reference, node, error)
        continue
      }
      try visitor.leave(reference, node, document)
      for named in document?.references ?? [] { todo.append((named, node)) }
    }
  }
}

extension ObjectReference {
  /// A way to an object of which only the name is known: whoever looks into it has to tell what it
  /// is by its bytes.
  public init(unknown digest: Digest) {
    self.init(role: .manifest, descriptor: Descriptor(mediaType: "", digest: digest, size: 0))
  }
}
