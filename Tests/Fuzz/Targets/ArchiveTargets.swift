import Archive

private let limit = 1 << 20

let archiveTargets = [
  FuzzTarget("tar") { bytes in
    var reader = TarReader(bytes)
    var last: UInt64 = 0
    while let item = accepted({ try reader.next() }) ?? nil {
      try require(item.contentOffset >= last, "an entry begins inside of another")
      try require(!isUnsafe(item.path), "the path \(item.path) leaves the archive")
      last = item.contentOffset + item.size
      try require(last <= UInt64(bytes.count), "an entry is longer than the archive")
    }
    guard let files = accepted({ try TarReader.files(in: MemorySource(bytes), limit: limit) })
    else { return }
    try keeps(files)
  },
  // In pieces of a size that its first byte says.
  FuzzTarget("tar-stream") { bytes in
    let (size, archive) = (Int(bytes.first ?? 0) + 1, Array(bytes.dropFirst()))
    var reader = TarReader(archive)
    var items: [TarItem] = []
    let isWhole: Void? = accepted { while let item = try reader.next() { items.append(item) } }
    var stream = TarStream()
    var found: [TarItem] = []
    var content: UInt64 = 0
    let isWholeInPieces: Void? = accepted {
      for start in stride(from: 0, to: archive.count, by: size) {
        let piece = Array(archive[start..<min(start + size, archive.count)])
        try piece.withUnsafeBytes { piece in
          try stream.write(piece) { (event) throws(ArchiveError) in
            switch event {
            case .item(let item): found.append(item)
            case .content(let bytes): content += UInt64(bytes.count)
            }
          }
        }
      }
      try stream.finish()
    }
    try require((isWhole == nil) == (isWholeInPieces == nil), "pieces are judged otherwise")
    guard isWhole != nil else { return }
    try require(found == items, "pieces give other entries")
    try require(content == items.reduce(0) { $0 + $1.size }, "pieces give other content")
  },
  // Names and contents in turn, each up to a byte that UTF-8 never has.
  FuzzTarget("tar-write") { bytes in
    let parts = bytes.split(separator: 0xff, omittingEmptySubsequences: false)
    let files = stride(from: 0, to: parts.count - 1, by: 2).map {
      (path: String(decoding: parts[$0], as: UTF8.self), bytes: Array(parts[$0 + 1]))
    }
    try keeps(files)
  },
  FuzzTarget("gzip") { bytes in
    _ = accepted { try Gzip.decompress(bytes, limit: limit) }
    let packed = try Gzip.compress(bytes)
    let unpacked = try again("our own gzip") { try Gzip.decompress(packed, limit: bytes.count) }
    try require(unpacked == bytes, "gzip gives other bytes back")
    let short = accepted { try Gzip.decompress(Array(packed.dropLast()), limit: limit) }
    try require(short == nil, "gzip that ends early is taken for whole")
    if !bytes.isEmpty {
      let small = accepted { try Gzip.decompress(packed, limit: bytes.count - 1) }
      try require(small == nil, "gzip gives more than the limit")
    }
  },
]

private func isUnsafe(_ path: String) -> Bool {
  path.utf8.first == UInt8(ascii: "/")
    || path.utf8.split(separator: UInt8(ascii: "/")).contains { $0.elementsEqual("..".utf8) }
}

/// Files that the writer takes come out of the reader as they went in.
private func keeps(_ files: [(path: String, bytes: [UInt8])]) throws {
  let entries = files.map { TarEntry.file($0.path, $0.bytes) }
  guard let writer = accepted({ try TarWriter(entries) }) else { return }
  let archive = try writer.bytes()
  try require(UInt64(archive.count) == writer.length, "the archive has another length")
  let read = try again("our own tar") {
    try TarReader.files(in: MemorySource(archive), limit: archive.count)
  }
  let sorted = files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
  try require(read.count == sorted.count, "\(sorted.count) files in, \(read.count) out")
  let there = Dictionary(read.map { (Array($0.path.utf8), $0.bytes) }) { $1 }
  for file in sorted {
    try require(there[Array(file.path.utf8)] == file.bytes, "\(file.path) has other bytes")
  }
  let rewritten = try TarWriter(read.map { .file($0.path, $0.bytes) }).bytes()
  try require(rewritten == archive, "the same files make another archive")
}
