/// A runtime of a few hundred bytes that does one thing, whatever it is asked for. It has what the
/// packer looks at, an ELF header and the note of a zigttp runtime, and can be started on x86-64.
public enum TinyRuntime {
  /// What it does.
  public enum Behaviour: Sendable {
    /// Ends with a status: with 0, it takes every handler.
    case exits(UInt8)
    /// Prints to standard error and ends with a status.
    case says(String, status: UInt8)
    /// Computes for ever.
    case hangs
    /// Is ended by SIGILL.
    case crashes
  }

  // Where the kernel puts it, and where in it the note and the code are.
  private static let (base, note, code): (UInt64, UInt64, UInt64) = (0x40_0000, 176, 200)

  /// The program.
  ///
  /// System V ABI, "ELF Header", "Program Header", "Note Section".
  public static func bytes(_ behaviour: Behaviour) -> [UInt8] {
    let program = instructions(behaviour)
    let end = code + UInt64(program.count)
    var out: [UInt8] = [0x7f] + Array("ELF".utf8) + [2, 1, 1] + [UInt8](repeating: 0, count: 9)
    func add<Number: FixedWidthInteger>(_ number: Number) {
      withUnsafeBytes(of: number.littleEndian) { out += $0 }
    }
    add(UInt16(2))  // an executable
    add(UInt16(62))  // x86-64
    add(UInt32(1))
    for number in [base + code, 64, 0] { add(number) }  // its start, the program headers
    add(UInt32(0))
    for number: UInt16 in [64, 56, 2, 0, 0, 0] { add(number) }
    add(UInt32(1))  // what is loaded
    add(UInt32(5))
    for number in [0, base, base, end, end, 4096] { add(number) }
    add(UInt32(4))  // a note
    add(UInt32(4))
    for number in [note, base + note, base + note, 24, 24, 4] { add(number) }
    for number: UInt32 in [7, 4, 1] { add(number) }
    out += Array("zigttp\0\0".utf8)
    add(UInt32(1))
    return out + program
  }

  private static func instructions(_ behaviour: Behaviour) -> [UInt8] {
    switch behaviour {
    case .exits(let status): return exit(status)
    case .hangs: return [0xeb, 0xfe]
    case .crashes: return [0x0f, 0x0b]
    case .says(let text, let status):
      let end = exit(status)
      // write(2, the text behind the code, its length)
      let length = UInt8(truncatingIfNeeded: text.utf8.count)
      return [0xbf, 2, 0, 0, 0, 0x48, 0x8d, 0x35, UInt8(12 + end.count), 0, 0, 0]
        + [0xba, length, 0, 0, 0, 0xb8, 1, 0, 0, 0, 0x0f, 0x05] + end + Array(text.utf8)
    }
  }

  // exit_group(status)
  private static func exit(_ status: UInt8) -> [UInt8] {
    [0xbf, status, 0, 0, 0, 0xb8, 231, 0, 0, 0, 0x0f, 0x05]
  }
}
