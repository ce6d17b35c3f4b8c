/// Why a question about a store could not be answered, or a collection not be made.
public enum VerificationError: Error, Sendable, Hashable {
  /// What keeps objects cannot be read whole, so that nobody knows what may go.
  case unreadableRoots([Finding])
}
