import CSys

/// What the program was called with.
public enum ProgramArguments {
  /// Behind the program's own name, in order: bytes, which need not be text.
  public static var given: [FileName] {
    (0..<csys_argument_count()).dropFirst().compactMap { index in
      csys_argument(index).map { FileName(cString: $0) }
    }
  }
}
