import Glibc

/// Where a function's frame begins: the called function in register 0, then arguments, locals and
/// the arguments of calls in progress.
typealias Registers = UnsafeMutablePointer<Value>

/// The registers of one isolate: reserved once, pages come as they are used.
///
/// Invariant: every access lies below `end`, because each call asks for its frame first.
struct RegisterFile: ~Copyable {
  let base: Registers
  private let bytes: Int
  /// Registers behind `end` that may be written without asking: the arguments of one call.
  static let slack = 4096

  /// - Throws: a memory fault when the system has no address space left.
  init(count: Int) throws(Fault) {
    bytes = (count + Self.slack) * 8
    let mapped = mmap(
      nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    guard let mapped, mapped != MAP_FAILED else {
      throw Fault("the system has no address space left for registers", kind: .memory)
    }
    base = mapped.bindMemory(to: Value.self, capacity: count + Self.slack)
  }

  /// The first register that no frame may hold.
  var end: UInt { UInt(bitPattern: base) + UInt(bytes - Self.slack * 8) }

  deinit { munmap(base, bytes) }
}
