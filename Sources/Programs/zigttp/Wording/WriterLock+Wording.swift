import ContentStore
import Encodings

extension WriterLock {
  /// A sentence for stderr: whom the command waits for, as far as that is known.
  static func wording(ofWaitFor holder: Holder?) -> SafeText {
    holder.map { "waiting for process \($0.pid) (\($0.command))" }
      ?? "waiting for another process that writes to the store"
  }
}
