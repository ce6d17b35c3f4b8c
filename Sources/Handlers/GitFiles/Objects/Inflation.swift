import CZlib

/// Reads one zlib stream out of bytes that follow each other, whatever comes behind it.
struct Inflation: ~Copyable {
  // zlib keeps the address of the stream, so that it may not move.
  private let stream: UnsafeMutablePointer<z_stream>

  private init() throws(GitObject.Unreadable) {
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    guard czlib_inflate_start(stream) == Z_OK else {
      stream.deallocate()
      throw GitObject.Unreadable()
    }
    self.stream = stream
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// What a stream holds.
  ///
  /// - Parameters:
  ///   - limit: most bytes that may come out.
  ///   - more: the next bytes of it; empty at the end.
  static func bytes(
    limit: Int, from more: () throws(GitObject.Unreadable) -> [UInt8]
  ) throws(GitObject.Unreadable) -> [UInt8] {
    let inflation = try Inflation()
    var out: [UInt8] = []
    while true {
      var input = try more()
      if input.isEmpty { throw GitObject.Unreadable() }
      if try inflation.take(&input, into: &out, limit: limit) { return out }
    }
  }

  /// Returns whether the stream has ended.
  private borrowing func take(
    _ input: inout [UInt8], into out: inout [UInt8], limit: Int
  ) throws(GitObject.Unreadable) -> Bool {
    let stream = stream
    let result = input.withUnsafeMutableBufferPointer {
      buffer -> Result<Bool, GitObject.Unreadable> in
      stream.pointee.next_in = buffer.baseAddress
      stream.pointee.avail_in = UInt32(buffer.count)
      var room = [UInt8](repeating: 0, count: 32 << 10)
      while true {
        let (code, made) = room.withUnsafeMutableBufferPointer { room -> (Int32, Int) in
          stream.pointee.next_out = room.baseAddress
          stream.pointee.avail_out = UInt32(room.count)
          let code = inflate(stream, Z_NO_FLUSH)
          return (code, room.count - Int(stream.pointee.avail_out))
        }
        guard out.count + made <= limit else { return .failure(GitObject.Unreadable()) }
        out += room[..<made]
        switch code {
        case Z_STREAM_END: return .success(true)
        case Z_OK, Z_BUF_ERROR:
          if stream.pointee.avail_in == 0, made < room.count { return .success(false) }
          if code == Z_BUF_ERROR, made == 0 { return .failure(GitObject.Unreadable()) }
        default: return .failure(GitObject.Unreadable())
        }
      }
    }
    return try result.get()
  }
}
