import CZlib

/// Decompresses gzip, several members after each other included, never beyond a limit.
public struct GzipReader: ~Copyable {
  private let stream = ZlibStream()
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
    let result = czlib_inflate_gzip_start(stream.state)
    guard result == Z_OK else { throw .badCompression("inflate cannot start (\(result))") }
  }

  deinit { inflateEnd(stream.state) }

  /// Takes the next compressed bytes and hands on what they hold.
  ///
  /// - Throws: `badCompression`, `tooLarge`, and what `sink` throws.
  public mutating func write<Failure: ArchiveFailure>(
    _ bytes: UnsafeRawBufferPointer, to sink: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    var rest = bytes
    while !rest.isEmpty {
      let used = try pump(rest, to: sink)
      rest = UnsafeRawBufferPointer(rebasing: rest[used...])
    }
  }

  /// Says that no more comes.
  ///
  /// - Throws: `badCompression` when a member is not complete, or there was none.
  public mutating func finish() throws(ArchiveError) {
    guard case .beforeMember = state, memberSeen else { throw .badCompression("ends early") }
  }

  /// Returns how much of the input was used: less than all of it where a member ends.
  private mutating func pump<Failure: ArchiveFailure>(
    _ input: UnsafeRawBufferPointer, to sink: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) -> Int {
    if case .beforeMember = state {
      inflateReset(stream.state)
      state = .insideMember
    }
    stream.offer(input)
    let offered = stream.unread
    while true {
      let made: UnsafeRawBufferPointer
      let isAtEnd: Bool
      switch stream.step({ inflate($0, Z_NO_FLUSH) }) {
      case .success((made: let piece, isAtEnd: let end)): (made, isAtEnd) = (piece, end)
      case .failure(let failure): throw Failure(.badCompression(reason(failure.code)))
      }
      guard UInt64(made.count) <= limit - produced else { throw Failure(.tooLarge(limit: limit)) }
      produced += UInt64(made.count)
      if !made.isEmpty { try sink(made) }
      if isAtEnd {
        state = .beforeMember
        memberSeen = true
        break
      }
      if stream.unread == 0 && !stream.isFull { break }
    }
    return offered - stream.unread
  }

  private func reason(_ result: Int32) -> String {
    stream.state.pointee.msg.map { String(cString: $0) } ?? "inflate failed (\(result))"
  }
}
