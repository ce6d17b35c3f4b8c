/// What one isolate may use.
struct Limits: Sendable, Hashable {
  /// Calls and loop turns in one request, and at module level.
  var steps: Int
  /// Bytes of heap in one request.
  var requestBytes: Int
  /// Bytes of heap for module-level state and permanent names.
  var frozenBytes: Int
  /// Registers (8 bytes each) for nested calls.
  var registers: Int

  /// The limits a handler has unless told otherwise.
  init(
    steps: Int = 100_000_000, requestBytes: Int = 64 << 20, frozenBytes: Int = 256 << 20,
    registers: Int = 1 << 20
  ) {
    self.steps = steps
    self.requestBytes = requestBytes
    self.frozenBytes = frozenBytes
    self.registers = registers
  }
}
