import Archive
import ContentStore
import Contracts
import Digests
import Foundation
import OCIImage
import StoreTesting
import TestSupport

@testable import ProcessProvider

/// Images whose program is a script that behaves as its environment says, well or badly.
enum OddImage {
  /// Behaves as `MODE` says: `die` before it listens, `hang`, be `deaf` to SIGTERM, `flood` the log.
  /// Answers `/pid`, `/version`, `/env`, `/user`, `/read/PATH`, `/write/PATH`, `/list/PATH`,
  /// `/signal/PID`, `/say`, `/exit`, `/slow`.
  static let script = """
    #!/usr/bin/perl
    use strict;
    use IO::Socket::INET;
    $| = 1;
    my %options = map { $ARGV[$_] => $ARGV[$_ + 1] } grep { $ARGV[$_] =~ /^--/ } 0 .. $#ARGV;
    my $mode = $ENV{MODE} // "";
    sub say_line { print STDERR "$_[0]\\n" }
    say_line("starting " . ($ENV{VERSION} // ""));
    if ($mode eq "die") { say_line("no luck today"); exit 3 }
    if ($mode eq "hang") { sleep 1000 }
    $SIG{TERM} = "IGNORE" if $mode eq "deaf";
    my $socket = IO::Socket::INET->new(
      LocalAddr => "127.0.0.1", LocalPort => $options{"--port"}, Listen => 64, ReuseAddr => 1)
      or die "cannot listen: $!\\n";
    if ($mode eq "flood" && fork() == 0) { while (1) { say_line("x" x 200) } }
    while (1) {
      my $client = $socket->accept or next;
      my $head = "";
      while (my $line = <$client>) { last if $line eq "\\r\\n"; $head .= $line }
      my ($path) = $head =~ m{^\\S+ (\\S+) };
      my ($status, $body) = (200, "");
      if ($path eq "/.well-known/zigttp") { $body = "{\\"appDigest\\":\\"$ENV{APP}\\"}" }
      elsif ($path eq "/pid") { $body = "$$" }
      elsif ($path eq "/version") { $body = $ENV{VERSION} // "none" }
      elsif ($path eq "/user") { $body = "$>" }
      elsif ($path eq "/env") { $body = join "\\n", map { "$_=$ENV{$_}" } sort keys %ENV }
      elsif ($path =~ m{^/read(/.*)}) { $body = open(my $f, "<", $1) ? "read" : "refused" }
      elsif ($path =~ m{^/write(/.*)}) { $body = open(my $f, ">", $1) ? "written" : "refused" }
      elsif ($path =~ m{^/list(/.*)}) { $body = opendir(my $f, $1) ? "listed" : "refused" }
      elsif ($path =~ m{^/signal/(\\d+)}) { $body = kill(0, $1) ? "sent" : "refused" }
      elsif ($path eq "/listen") {
        $body = IO::Socket::INET->new(LocalAddr => "127.0.0.1", Listen => 1) ? "bound" : "refused"
      }
      elsif ($path eq "/say") { say_line("said $ENV{VERSION}"); $body = "said" }
      elsif ($path eq "/exit") { say_line("asked to end"); exit 9 }
      elsif ($path eq "/slow") { sleep 1; $body = $ENV{VERSION} }
      else { $status = 404 }
      print $client "HTTP/1.1 $status Said\\r\\nContent-Length: ", length $body,
        "\\r\\nConnection: close\\r\\n\\r\\n$body";
      close $client;
    }
    """

  /// Of this machine.
  static let platform: Descriptor.Platform = {
    var machine = utsname()
    uname(&machine)
    let isArm = withUnsafeBytes(of: machine.machine) { $0.starts(with: "aarch64".utf8) }
    return Descriptor.Platform(architecture: isArm ? "arm64" : "amd64")
  }()

  /// What it holds besides its program.
  static func app() throws -> AppLayer {
    try AppLayer(sources: [.init(path: "handler.ts", bytes: [])], contract: Array("{}".utf8))
  }

  /// Puts an image together; its manifest's digest.
  ///
  /// - Parameters:
  ///   - entries: what the runtime layer holds; the script where nobody says.
  ///   - change: makes the configuration another one.
  static func add(
    to blobs: MemoryBlobs, entries: [TarEntry]? = nil,
    change: (inout ImageConfig) -> Void = { _ in }
  ) throws -> Digest {
    let tar = try TarWriter(
      entries ?? [.file("zigttp-runtime", Array(script.utf8), mode: 0o755)]
    ).bytes()
    return try add(to: blobs, tar: tar, change: change)
  }

  /// The same with a runtime layer as it is.
  static func add(
    to blobs: MemoryBlobs, tar: [UInt8], diffID: Digest? = nil,
    change: (inout ImageConfig) -> Void = { _ in }
  ) throws -> Digest {
    let packed = try gzip(tar)
    let app = try app()
    var config = ImageConfig(
      platform: platform, created: 0, labels: [:],
      diffIDs: [diffID ?? .sha256(of: tar), app.digest])
    change(&config)
    let manifest = Manifest(
      config: blobs.add(config.bytes).descriptor(MediaType.config),
      layers: [
        blobs.add(packed).descriptor(MediaType.gzipLayer),
        blobs.add(app.tar).descriptor(MediaType.layer),
      ])
    return blobs.add(manifest.bytes).digest
  }

  private static func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
    var out: [UInt8] = []
    var writer = try GzipWriter()
    try bytes.withUnsafeBytes { piece in
      try writer.write(piece) { (part) throws(ArchiveError) in out += part }
    }
    try writer.finish { (part) throws(ArchiveError) in out += part }
    return out
  }
}
