import ContentStore
import Digests

/// Copies an object and all it leads to from one place to another, whatever the two are.
///
/// Content first, then the documents, each after what it names: between the two everything that was
/// written is made durable. So nobody ever finds a document at the other end without its parts, and
/// a copy that was interrupted is taken up again where it was.
public struct ClosureCopy {
  /// What a copy did.
  public struct Outcome: Sendable, Hashable {
    /// Objects that were written.
    public var written = 0
    /// Their bytes.
    public var bytes: UInt64 = 0
    /// Objects that were there already.
    public var present = 0
    /// Objects that stay where their documents say that they are.
    public var foreign: [Descriptor] = []
  }

  private let source: any BlobSource

  /// A copy of objects of a source.
  public init(from source: any BlobSource) { self.source = source }

  /// Copies what `root` leads to, itself last.
  ///
  /// - Parameter sink: everything of it is durable when this returns. What it has already is not read.
  /// - Throws: `missing`, `corrupt`, `malformed`, `tooLarge` for what cannot be copied as it is named,
  ///   and then no document was written that leads to it; what source and sink fail with.
  public func run(_ root: Descriptor, to sink: some BlobSink) throws -> Outcome {
    var plan = ClosurePlan()
    try ReferenceWalk(source).run(
      from: ObjectReference(role: .manifest, descriptor: root), &plan)
    var outcome = Outcome()
    for content in plan.content {
      try copy(content.descriptor, isForeign: content.isForeign, to: sink, &outcome)
    }
    try sink.commit()
    for document in plan.documentsInOrder {
      try copy(document, isForeign: false, to: sink, &outcome)
    }
    try sink.commit()
    return outcome
  }

  private func copy(
    _ descriptor: Descriptor, isForeign: Bool, to sink: some BlobSink, _ outcome: inout Outcome
  ) throws(StoreError) {
    if try sink.has(descriptor) {
      outcome.present += 1
      return
    }
    if isForeign, try !source.has(descriptor.digest, mediaType: descriptor.mediaType) {
      outcome.foreign.append(descriptor)
      return
    }
    try sink.write(descriptor, from: source)
    outcome.written += 1
    outcome.bytes += descriptor.size
  }
}

/// What there is to copy, each object once.
private struct ClosurePlan: ReferenceVisitor {
  private var numbers: [Digest: Int] = [:]
  private var documents: [Descriptor] = []
  // By number of the document, the numbers of those that it names.
  private var names: [[Int]] = []
  private var contents: [Digest: ObjectReference] = [:]

  /// Objects that name nothing, in the order of their digests.
  var content: [ObjectReference] {
    contents.values.filter { numbers[$0.descriptor.digest] == nil }
      .sorted { $0.descriptor.digest < $1.descriptor.digest }
  }

  mutating func enter(_ reference: ObjectReference, from parent: Int?) -> Int? {
    let digest = reference.descriptor.digest
    guard reference.mayNameOthers else {
      if contents[digest] == nil { contents[digest] = reference }
      return nil
    }
    if let parent, let known = numbers[digest] { names[parent].append(known) }
    guard numbers[digest] == nil else { return nil }
    let number = documents.count
    numbers[digest] = number
    documents.append(reference.descriptor)
    names.append([])
    if let parent { names[parent].append(number) }
    return number
  }

  // A document that cannot be read cannot be copied with what it leads to.
  func fail(_ reference: ObjectReference, _ node: Int, _ error: StoreError) throws { throw error }

  /// The documents, each after those that it names.
  var documentsInOrder: [Descriptor] {
    var out: [Descriptor] = []
    var isDone = [Bool](repeating: false, count: documents.count)
    var isOpen = isDone
    var todo = documents.isEmpty ? [] : [0]
    while let number = todo.last {
      if isOpen[number] {
        todo.removeLast()
        if !isDone[number] { out.append(documents[number]) }
        isDone[number] = true
      } else {
        isOpen[number] = true
        todo += names[number].filter { !isOpen[$0] }
      }
    }
    return out
  }
}
