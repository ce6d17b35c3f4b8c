import Files
import TestSupport

/// The error of a call, so that a test can look at its parts.
func fileError(_ body: () throws -> Void) -> FileError? { failure(FileError.self, of: body) }
