import Glibc
import SystemPackage

extension AtomicFile {
  /// Whether `path` is a file of its own that holds exactly these parts and has these permission
  /// bits; then it is made durable as it is, since comparing costs a third of writing.
  public func keep(
    _ path: String, ifItHolds parts: [Part], permissions: UInt16
  ) throws(FileError) -> Bool {
    let size = parts.reduce(0) { $0 + $1.length }
    guard let info = try fileSystem.infoIfAny(path), info.kind == .file, info.links == 1,
      info.size == size, info.permissions & permissions == permissions,
      let file = try? fileSystem.openFile(path)
    else { return false }
    var offset: UInt64 = 0
    for part in parts {
      guard try holds(file, at: offset, part) else { return false }
      offset += part.length
    }
    try file.synchronize()
    try fileSystem.synchronizeFolder(Paths.folder(of: path))
    return true
  }

  private func holds(
    _ file: borrowing OpenFile, at offset: UInt64, _ part: Part
  ) throws(FileError) -> Bool {
    let room = FileBuffer(256 << 10)
    let other = FileBuffer(256 << 10)
    var done: UInt64 = 0
    while done < part.length {
      let found = room.first(part.length - done)
      guard try file.read(at: offset + done, into: found) == found.count else { return false }
      switch part {
      case .bytes(let bytes):
        guard bytes[Int(done)..<Int(done) + found.count].elementsEqual(found) else { return false }
      case .file(let source, let start, _):
        let wanted = other.first(part.length - done)
        let place = start + done
        let got = try attempt("read", file.path) { () throws(Errno) -> Int in
          try fileSystem.readAll(source, at: place, into: wanted)
        }
        guard got == found.count,
          let (a, b) = found.baseAddress.flatMap({ a in wanted.baseAddress.map { (a, $0) } }),
          memcmp(a, b, found.count) == 0
        else { return false }
      }
      done += UInt64(found.count)
    }
    return true
  }
}

extension AtomicFile.Part {
  /// In bytes.
  var length: UInt64 {
    switch self {
    case .bytes(let bytes): UInt64(bytes.count)
    case .file(_, _, let length): length
    }
  }
}
