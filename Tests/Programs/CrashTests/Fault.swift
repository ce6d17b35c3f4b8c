/// What happens to a command in the middle of its work.
enum Fault: String, CaseIterable, Sendable {
  /// The device cannot do it.
  case inputOutput = "EIO"
  /// There is no room.
  case noSpace = "ENOSPC"
  /// The process ends, before the call.
  case kill = "KILL"

  /// The option of strace that does it to the `place`-th call of that name in each thread.
  func injection(_ call: String, at place: Int) -> String {
    switch self {
    case .inputOutput, .noSpace: "inject=\(call):error=\(rawValue):when=\(place)"
    case .kill: "inject=\(call):signal=KILL:when=\(place)"
    }
  }
}
