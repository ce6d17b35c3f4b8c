import CZlib

/// Decompresses gzip, several members after each other included, never beyond a limit.
public struct GzipReader: ~Copyable {
  // zlib keeps the address of the stream, so that it may not move.
  private let stream: UnsafeMutablePointer<z_stream>
  private let buffer: UnsafeMutableRawBufferPointer
  private let limit: UInt64
  private var produced: UInt64 = 0
  private var state = State.beforeMember
  private var memberSeen = false

  private enum State {
    case beforeMember, insideMember
  }

  /// - Parameter limit: most bytes that may come out.
  public init(limit: UInt64) throws(ArchiveError) {
    self.limit = limit
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    buffer = .allocate(byteCount: 128 << 10, alignment: 16)
    let result = czlib_inflate_gzip_start(stream)
    guard result == Z_OK else { throw .badCompression("inflate cannot start (\(result))") }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
    buffer.deallocate()
  }

  /// Takes the next compressed bytes and hands on what they hold.
  ///
  /// - Throws: `badCompression`, `tooLarge`, and what `sink` throws.
  public mutating func write(
    _ bytes: UnsafeRawBufferPointer, to sink: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = rest.prefix(1 << 30)
      let used = try pump(UnsafeRawBufferPointer(rebasing: piece), to: sink)
      rest = rest.dropFirst(used)
    }
  }

  /// Says that no more comes.
  ///
  /// - Throws: `badCompression` when a member is not complete, or there was none.
  public mutating func finish() throws(ArchiveError) {
    guard case .beforeMember = state, memberSeen else { throw .badCompression("ends early") }
  }

  /// Returns how much of the input was used: less than all of it where a member ends.
  private mutating func pump(
    _ input: UnsafeRawBufferPointer, to sink: (UnsafeRawBufferPointer) throws -> Void
  ) throws -> Int {
    if case .beforeMember = state {
      inflateReset(stream)
      state = .insideMember
    }
    stream.pointee.next_in = UnsafeMutablePointer(
      mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
    stream.pointee.avail_in = UInt32(input.count)
    while true {
      stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
      stream.pointee.avail_out = UInt32(buffer.count)
      let result = inflate(stream, Z_NO_FLUSH)
      guard result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR else {
        throw ArchiveError.badCompression(reason(result))
      }
      let made = buffer.count - Int(stream.pointee.avail_out)
      guard UInt64(made) <= limit - produced else { throw ArchiveError.tooLarge(limit: limit) }
      produced += UInt64(made)
      if made > 0 { try sink(UnsafeRawBufferPointer(rebasing: buffer[..<made])) }
      if result == Z_STREAM_END {
        state = .beforeMember
        memberSeen = true
        break
      }
      if stream.pointee.avail_in == 0 && stream.pointee.avail_out != 0 { break }
    }
    return input.count - Int(stream.pointee.avail_in)
  }

  private func reason(_ result: Int32) -> String {
    stream.pointee.msg.map { String(cString: $0) } ?? "inflate failed (\(result))"
  }
}

/// Whole values at once.
public enum Gzip {
  /// Bytes compressed as one member.
  public static func compress(
    _ bytes: [UInt8], level: Int32 = GzipWriter.defaultLevel
  ) throws(ArchiveError) -> [UInt8] {
    var out: [UInt8] = []
    do {
      var writer = try GzipWriter(level: level)
      try bytes.withUnsafeBytes { try writer.write($0) { out.append(contentsOf: $0) } }
      try writer.finish { out.append(contentsOf: $0) }
    } catch let error as ArchiveError {
      throw error
    } catch {
      preconditionFailure("the sink throws nothing")
    }
    return out
  }

  /// What compressed bytes hold, at most `limit` bytes of it.
  public static func decompress(
    _ bytes: [UInt8], limit: Int
  ) throws(ArchiveError) -> [UInt8] {
    var out: [UInt8] = []
    do {
      var reader = try GzipReader(limit: UInt64(max(0, limit)))
      try bytes.withUnsafeBytes { try reader.write($0) { out.append(contentsOf: $0) } }
      try reader.finish()
    } catch let error as ArchiveError {
      throw error
    } catch {
      preconditionFailure("the sink throws nothing")
    }
    return out
  }
}
