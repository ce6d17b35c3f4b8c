import SystemPackage

/// Why a file could not be read or written.
public struct FileError: Error, Sendable, Hashable {
  /// What kind of failure it is; each asks for another answer from whoever sees it.
  public enum Code: String, Sendable, Hashable, CaseIterable {
    /// A file that ended before what was told of it.
    case corrupt
    /// More bytes than the caller allows.
    case tooLarge
    /// A folder, a link or a device where a file is expected, or the other way round.
    case malformed
    /// No room left on the device, or no quota.
    case diskFull
    /// A file system mounted read-only.
    case readOnly
    /// The user may not.
    case accessDenied
    /// Any other failed system call.
    case system
  }

  /// What kind of failure it is.
  public var code: Code
  /// The file or folder in question.
  public var path: String
  /// What it should be: a size, a kind.
  public var expected: String?
  /// What it is.
  public var found: String?
  /// The call that failed.
  public var call: String?
  /// What the call failed with.
  public var errno: Errno?

  /// An error from its parts.
  public init(_ code: Code, path: String, expected: String? = nil, found: String? = nil) {
    self.code = code
    self.path = path
    self.expected = expected
    self.found = found
  }

  /// A failed system call; the code follows from `errno`.
  public init(_ errno: Errno, call: String, path: String) {
    switch errno {
    case .noSpace, .diskQuotaExceeded: code = .diskFull
    case .readOnlyFileSystem: code = .readOnly
    case .permissionDenied, .notPermitted: code = .accessDenied
    default: code = .system
    }
    self.path = path
    self.call = call
    self.errno = errno
  }
}

/// Runs a system call and says of which file it failed.
func attempt<Value>(
  _ call: String, _ path: String, _ body: () throws(Errno) -> Value
) throws(FileError) -> Value {
  do throws(Errno) {
    return try body()
  } catch {
    throw FileError(error, call: call, path: path)
  }
}
