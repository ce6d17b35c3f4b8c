import ContentStore
import Digests
import OCIImage

/// Follows roots and remembers as what each object was named. Objects have numbers, those of the
/// store first.
struct ObjectNames {
  private var graph: NameGraph
  private var walk: ReferenceWalk
  // By number: the walk that saw it last.
  private var seen: [UInt32] = []
  private var turn: UInt32 = 0

  init(_ blobs: BlobStore) throws(StoreError) {
    walk = ReferenceWalk(blobs)
    graph = NameGraph(try blobs.names().digests)
  }

  /// The size of each object of the store; nil for what is no file.
  func sizes(in store: ContentStore) -> [UInt64?] {
    var sizes = [UInt64?](repeating: nil, count: graph.objects.count)
    ObjectFiles(store: store).each(graph.objects) { number, result in
      if let info = try? result.get(), info.kind == .file { sizes[number] = info.size }
    }
    return sizes
  }

  /// The name of an object.
  func digest(_ number: Int) -> Digest { graph.objects[number] }

  /// The number of an object that has one.
  func number(of digest: Digest) -> Int? { graph.objects.number(of: digest) }

  /// As what an object was named last.
  func kind(_ number: Int) -> ObjectStatistics.Kind { graph.kind(number) }

  /// Reads records that are followed next.
  mutating func readAhead(_ records: [Digest]) {
    let graph = graph
    walk.reader.ahead.read(records, in: walk.reader.source) { !graph.isRead($0) }
  }

  /// Hands over the numbers of an object and of all it leads to, each once.
  mutating func follow(_ root: Digest, mediaType: String?, _ body: (Int) -> Void) throws {
    var reference = ObjectReference(unknown: root)
    reference.descriptor.mediaType = mediaType ?? ""
    try walk.run(from: reference, &graph)
    let missing = graph.objects.count - seen.count
    if missing > 0 { seen += repeatElement(0, count: missing) }
    turn += 1
    var todo = graph.objects.number(of: root).map { [$0] } ?? []
    while let number = todo.popLast() {
      guard seen[number] != turn else { continue }
      seen[number] = turn
      body(number)
      graph.eachName(of: number) { todo.append($0) }
    }
  }
}

/// What each document names, by numbers, read once.
private struct NameGraph: ReferenceVisitor {
  private struct Name {
    var target: UInt32
    var kind: UInt8
  }

  private static let kinds = ObjectStatistics.Kind.allCases
  private(set) var objects: DigestPool
  // By number: the place in `kinds` and 1, or 0.
  private var kinds: [UInt8]
  // By number: the place in `documents` and 1, or 0 for what was not read.
  private var places: [UInt32]
  // Most name nothing, and have the first place in common.
  private var documents: [Range<Int>] = [0..<0]
  private var names: [Name] = []

  init(_ objects: DigestPool) {
    self.objects = objects
    kinds = Array(repeating: 0, count: objects.count)
    places = Array(repeating: 0, count: objects.count)
  }

  func kind(_ number: Int) -> ObjectStatistics.Kind {
    kinds[number] == 0 ? .other : Self.kinds[Int(kinds[number]) - 1]
  }

  func isRead(_ digest: Digest) -> Bool {
    objects.number(of: digest).map { places[$0] != 0 } ?? false
  }

  mutating func eachName(of number: Int, _ body: (Int) -> Void) {
    guard places[number] != 0 else { return }
    for name in names[documents[Int(places[number]) - 1]] {
      kinds[Int(name.target)] = name.kind
      body(Int(name.target))
    }
  }

  private mutating func number(of digest: Digest) -> Int {
    let (number, isNew) = objects.insert(digest)
    if isNew {
      kinds.append(0)
      places.append(0)
    }
    return number
  }

  mutating func enter(_ reference: ObjectReference, from parent: Int?) -> Int? {
    let number = number(of: reference.descriptor.digest)
    guard reference.mayNameOthers, places[number] == 0 else { return nil }
    places[number] = 1
    return number
  }

  mutating func leave(_ reference: ObjectReference, _ node: Int, _ document: Document?) {
    guard let document else { return }
    if kinds[node] == 0 { kinds[node] = Self.code(.manifest) }
    guard !document.references.isEmpty else { return }
    let start = names.count
    for reference in document.references {
      let target = number(of: reference.descriptor.digest)
      names.append(
        Name(target: UInt32(target), kind: Self.code(Self.kind(of: reference))))
    }
    documents.append(start..<names.count)
    places[node] = UInt32(documents.count)
  }

  // What is missing or damaged leads nowhere; a check names it.
  func fail(_ reference: ObjectReference, _ node: Int, _ error: StoreError) {}

  private static func code(_ kind: ObjectStatistics.Kind) -> UInt8 {
    UInt8((kinds.firstIndex(of: kind) ?? 0) + 1)
  }

  private static func kind(of reference: ObjectReference) -> ObjectStatistics.Kind {
    if reference.mayNameOthers { return .manifest }
    switch reference.role {
    case .config: return .config
    case .contract: return .contract
    case .sources: return .sources
    default:
      switch reference.descriptor.mediaType {
      case MediaType.gzipLayer: return .runtimeLayer
      case MediaType.layer: return .appLayer
      default: return .other
      }
    }
  }
}
