import CSys

/// A stack as large as what nests very deeply may need.
///
/// It takes no thread: a user may have no more of them. Only address space is reserved; pages are
/// taken as they are touched.
public enum LargeStack {
  /// In bytes; where there is no room for the first, the next is tried.
  private static let sizes = [256 << 20, 64 << 20, 16 << 20]

  /// Runs `work` on a large stack and returns what it gives. Where no address space is left at all,
  /// the stack of the caller has to do.
  public static func run<Value, Failure: Error>(
    _ work: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    var result: Result<Value, Failure>?
    withoutActuallyEscaping({
      do throws(Failure) { result = .success(try work()) } catch { result = .failure(error) }
    }) { body in
      let hasRun = withExtendedLifetime(Errand(body)) { errand in
        sizes.contains { run(errand, bytes: $0) }
      }
      if !hasRun { body() }
    }
    guard let result else { preconditionFailure("the work was run, here or there") }
    return try result.get()
  }

  // The pointer lasts as long as the call: whoever calls holds the errand.
  private static func run(_ errand: Errand, bytes: Int) -> Bool {
    csys_on_stack(
      bytes,
      { pointer in
        if let pointer { Unmanaged<Errand>.fromOpaque(pointer).takeUnretainedValue().run() }
      }, Unmanaged.passUnretained(errand).toOpaque()) == 0
  }

  /// Something to do, where only a pointer can be handed over.
  private final class Errand {
    let run: () -> Void
    init(_ run: @escaping () -> Void) { self.run = run }
  }
}
