import ContentStore
import Digests
import OCIImage

/// Follows roots and remembers as what each object was named. Objects have numbers, those of the
/// store first.
struct ObjectNames {
  private struct Name {
    var target: UInt32
    var type: UInt32
    var kind: UInt8
  }

  private static let kinds = ObjectStatistics.Kind.allCases
  private var reader: ReferenceReader
  private var objects: DigestPool
  // By number: the place in `kinds` and 1, or 0.
  private var kinds: [UInt8]
  // By number: the place in `documents` and 1, or 0 for what was not read.
  private var places: [UInt32]
  private var documents: [Range<Int>] = [0..<0]
  private var names: [Name] = []
  private var types: [String] = []
  private var typeNumbers: [String: UInt32] = [:]
  // By number: the walk that saw it last.
  private var seen: [UInt32]
  private var walk: UInt32 = 0

  init(_ blobs: BlobStore) throws(StoreError) {
    reader = ReferenceReader(blobs: blobs)
    objects = try blobs.names().digests
    kinds = Array(repeating: 0, count: objects.count)
    places = Array(repeating: 0, count: objects.count)
    seen = Array(repeating: 0, count: objects.count)
  }

  /// The size of each object of the store; nil for what is no file.
  func sizes(in store: ContentStore) -> [UInt64?] {
    var sizes = [UInt64?](repeating: nil, count: objects.count)
    ObjectFiles(store: store).each(objects) { number, result in
      if let info = try? result.get(), info.kind == .file { sizes[number] = info.size }
    }
    return sizes
  }

  /// As what an object was named last.
  func kind(_ number: Int) -> ObjectStatistics.Kind {
    kinds[number] == 0 ? .other : Self.kinds[Int(kinds[number]) - 1]
  }

  /// Reads records that are followed next.
  mutating func readAhead(_ records: [Digest]) {
    let (objects, places) = (objects, places)
    reader.ahead.read(records, in: reader.blobs) { digest in
      objects.number(of: digest).map { places[$0] == 0 } ?? true
    }
  }

  /// Hands over the numbers of an object and of all it leads to, each once.
  mutating func follow(_ root: Digest, mediaType: String?, _ body: (Int) -> Void) throws {
    walk += 1
    var todo = [(number: number(of: root), type: mediaType)]
    while let (number, type) = todo.popLast() {
      guard seen[number] != walk else { continue }
      seen[number] = walk
      body(number)
      if let type, ReferenceReader.isDocument(type) { set(.manifest, number) }
      for name in names[try read(number, type)] {
        kinds[Int(name.target)] = name.kind
        todo.append((Int(name.target), types[Int(name.type)]))
      }
    }
  }

  private mutating func number(of digest: Digest) -> Int {
    let (number, isNew) = objects.insert(digest)
    if isNew {
      kinds.append(0)
      places.append(0)
      seen.append(0)
    }
    return number
  }

  private mutating func set(_ kind: ObjectStatistics.Kind, _ number: Int) {
    kinds[number] = Self.code(kind)
  }

  private static func code(_ kind: ObjectStatistics.Kind) -> UInt8 {
    UInt8((kinds.firstIndex(of: kind) ?? 0) + 1)
  }

  private mutating func read(_ number: Int, _ mediaType: String?) throws -> Range<Int> {
    if places[number] != 0 { return documents[Int(places[number]) - 1] }
    let start = names.count
    for reference in try references(of: objects[number], mediaType) {
      let target = self.number(of: reference.descriptor.digest)
      names.append(
        Name(
          target: UInt32(target), type: self.type(reference.descriptor.mediaType),
          kind: Self.code(Self.kind(of: reference))))
    }
    // Most name nothing, and have the first place in common.
    if names.count > start { documents.append(start..<names.count) }
    places[number] = names.count > start ? UInt32(documents.count) : 1
    return start..<names.count
  }

  private mutating func type(_ name: String) -> UInt32 {
    if let number = typeNumbers[name] { return number }
    types.append(name)
    typeNumbers[name] = UInt32(types.count - 1)
    return UInt32(types.count - 1)
  }

  private func references(
    of digest: Digest, _ mediaType: String?
  ) throws -> [ObjectReference] {
    do throws(StoreError) {
      guard let mediaType else { return try reader.references(ofUnknown: digest) }
      return try reader.references(of: digest, mediaType: mediaType)
    } catch {
      // What is missing or damaged leads nowhere; a check names it.
      guard ObjectMarks.isOfTheObject(error) else { throw error }
      return []
    }
  }

  private static func kind(of reference: ObjectReference) -> ObjectStatistics.Kind {
    switch reference.role {
    case .record, .image, .manifest: .manifest
    case .config: .config
    case .contract: .contract
    case .sources: .sources
    case .layer:
      switch reference.descriptor.mediaType {
      case MediaType.gzipLayer: .runtimeLayer
      case MediaType.layer: .appLayer
      default: .other
      }
    }
  }
}
