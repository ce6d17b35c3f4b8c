import CSys
import Files
import Glibc
import ImageProof

// Synchronous on purpose: what this program does in a process of its own, again and again, starts in
// milliseconds.
signal(SIGPIPE, SIG_IGN)
signal(SIGXFSZ, SIG_IGN)
Descriptors.holdStandardStreams()
let words = ProgramArguments.given.compactMap(\.text)
if let status = ProofChild.run(words) { exit(status) }
// A static program would load plug-ins for other ways to look up a name.
_ = csys_use_plain_host_lookup()
exit(ControlPlaneProgram.run(words))
