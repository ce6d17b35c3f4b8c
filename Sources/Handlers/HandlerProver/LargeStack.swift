import Glibc

/// What a thread is to do, and what came of it.
private final class Errand {
  let work: () -> Proof
  var result: Proof?
  init(_ work: @escaping () -> Proof) { self.work = work }
}

/// Runs the analysis where it can nest as deeply as a parsed program does, whatever thread asks.
///
/// The caller waits. Where no thread can be had, the caller's own stack has to do.
func onLargeStack(_ work: @escaping () -> Proof) -> Proof {
  var attributes = pthread_attr_t()
  guard pthread_attr_init(&attributes) == 0 else { return work() }
  defer { pthread_attr_destroy(&attributes) }
  // Address space only: pages are taken as they are touched.
  guard pthread_attr_setstacksize(&attributes, 256 << 20) == 0 else { return work() }
  let errand = Errand(work)
  let held = Unmanaged.passRetained(errand)
  var thread = pthread_t()
  let status = pthread_create(
    &thread, &attributes,
    { pointer in
      guard let pointer else { return nil }
      let errand = Unmanaged<Errand>.fromOpaque(pointer).takeUnretainedValue()
      errand.result = errand.work()
      return nil
    }, held.toOpaque())
  guard status == 0 else {
    held.release()
    return work()
  }
  pthread_join(thread, nil)
  held.release()
  return errand.result ?? work()
}
