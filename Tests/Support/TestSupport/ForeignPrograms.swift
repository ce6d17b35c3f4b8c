import Glibc

/// Programs of others that tests hold ours against.
public enum ForeignPrograms {
  /// Where one stands on `PATH`, or where only root looks.
  public static func find(_ name: String) -> String? {
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
    return (path.split(separator: ":").map(String.init) + ["/usr/sbin", "/sbin"])
      .map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
  }

  /// Whether a test that needs it is run. In CI a missing one fails its test; elsewhere the test is
  /// skipped, and `make test` names it before the summary.
  public static func isExpected(_ name: String) -> Bool {
    find(name) != nil || getenv("CI").map { String(cString: $0) } == "true"
  }
}
