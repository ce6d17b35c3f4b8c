import Files

/// Where a runtime can be found.
public struct RuntimeSearch: Sendable {
  /// The runtime somebody named; nothing else is looked at then.
  public var named: String?
  /// Absolute path of the running program.
  public var executable: String

  /// A search.
  /// - Parameters:
  ///   - named: path of a runtime to use and no other.
  ///   - executable: absolute path of the running program, beside which runtimes are installed.
  public init(named: String?, executable: String) {
    self.named = named
    self.executable = executable
  }

  /// The paths to try, best first.
  var candidates: [String] {
    if let named { return [named] }
    let folder = Paths.folder(of: executable)
    return [folder + "/zigttp-runtime", folder + "/../libexec/zigttp/zigttp-runtime"]
  }
}
