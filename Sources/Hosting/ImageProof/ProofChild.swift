import Files

/// The process that proves what somebody pushed: this program again, with a word of its own.
///
/// It reads one task from stdin and writes one result to stdout. Before it reads, it has given up
/// everything else: files, network, other programs, the user it was started as.
public enum ProofChild {
  /// The word by which the program is told to be one.
  static let word = "prove-image"

  /// Runs where these are the arguments of one; the exit status is returned, nil for others.
  public static func run(_ arguments: [String]) -> Int32? {
    guard arguments.first == word, let limits = Confinement(arguments.dropFirst()) else {
      return nil
    }
    let result = result(limits)
    let isWritten: Void? = try? result.bytes.withUnsafeBytes {
      try StandardStream.write($0, to: 1)
    }
    return isWritten == nil ? 1 : 0
  }

  private static func result(_ limits: Confinement) -> ProofResult {
    do {
      try limits.enter()
      return try ProofTask(StandardStream.contents(limit: ProofTask.limit)).result()
    } catch {
      return .failed("\(error)")
    }
  }
}
