import Testing

@testable import Deployment

@Suite struct RemoteURLTests {
  @Test(arguments: [
    ("https://github.com/acme/orders.git", "orders", "https://github.com/acme/orders.git"),
    ("git@github.com:acme/Orders", "Orders", "github.com:acme/Orders"),
    ("https://me:token@host/x/y/?key=secret", "y", "https://host/x/y/"),
    ("SSH://git@host:22/x/y.git/", "y", "ssh://host:22/x/y.git/"),
    ("https://h/a?token=x", "a", "https://h/a"),
    ("/srv/git/orders.git", "orders", nil), ("file:///srv/orders", "orders", nil),
    ("../elsewhere", "elsewhere", nil), ("host:orders.git", "orders", nil),
    ("alice.home/priv/x", "x", nil), ("FILE:///home/alice/r.git", "r", nil),
    ("https://user:hun#ter2@github.com/a/b.git", nil, nil),
    ("https://user:p@ss/w@h/r", "r", nil), ("http:/u:hunter2@h/x", "x", nil),
    (#"https:\/\/u:hunter2@h/x"#, nil, nil), (#"C:\Users\alice\r.git"#, nil, nil),
    (#"ext::sh -c "x""#, nil, nil), ("https://u:p@a@h/x", "x", nil),
  ])
  func tellsOnlyWhatIsPlain(url: String, name: String?, shown: String?) throws {
    let remote = RemoteURL(url)
    #expect(remote.publicText == shown)
    #expect(remote.repositoryName == name)
  }
}
