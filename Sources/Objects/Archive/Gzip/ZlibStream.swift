import CZlib

/// zlib's state and the room that it writes into: what reading and writing have in common.
struct ZlibStream: ~Copyable {
  /// zlib keeps its address, so that it may not move.
  let state: UnsafeMutablePointer<z_stream>
  private let room: UnsafeMutableRawBufferPointer

  // zlib counts its input in 32 bits.
  private static let longestInput = 1 << 30

  init() {
    state = .allocate(capacity: 1)
    state.initialize(to: z_stream())
    room = .allocate(byteCount: 128 << 10, alignment: 16)
  }

  deinit {
    state.deallocate()
    room.deallocate()
  }

  /// Sets what is read next: the start of some bytes, as much as zlib can count.
  func offer(_ bytes: UnsafeRawBufferPointer) {
    state.pointee.next_in = UnsafeMutablePointer(
      mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
    state.pointee.avail_in = UInt32(min(bytes.count, Self.longestInput))
  }

  /// Bytes that were offered and not read.
  var unread: Int { Int(state.pointee.avail_in) }

  /// Whether the last step filled the room, so that there may be more.
  var isFull: Bool { state.pointee.avail_out == 0 }

  /// Runs zlib once with empty room; nil where it fails.
  ///
  /// - Returns: what it made, valid until the next step, and whether the stream has ended.
  func step(
    _ run: (UnsafeMutablePointer<z_stream>) -> Int32
  ) -> Result<(made: UnsafeRawBufferPointer, isAtEnd: Bool), Failure> {
    state.pointee.next_out = room.baseAddress?.assumingMemoryBound(to: UInt8.self)
    state.pointee.avail_out = UInt32(room.count)
    let result = run(state)
    guard result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR else {
      return .failure(Failure(code: result))
    }
    let made = room[..<(room.count - Int(state.pointee.avail_out))]
    return .success((UnsafeRawBufferPointer(rebasing: made), result == Z_STREAM_END))
  }

  /// What zlib answered.
  struct Failure: Error {
    let code: Int32
  }
}
