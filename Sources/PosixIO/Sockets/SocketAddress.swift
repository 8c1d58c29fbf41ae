#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A socket address as the kernel takes it: family and bytes of a `sockaddr`.
package struct SocketAddress: Equatable, Sendable {
    let family: Int32
    let bytes: [UInt8]

    init(family: Int32, bytes: [UInt8]) {
        self.family = family
        self.bytes = bytes
    }

    /// The most bytes that the path of a unix-domain socket may have: `sun_path` ends with a NUL.
    package static let longestUnixPath = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

    /// The address of a unix-domain socket: a path, or `@` and a name in Linux's abstract namespace (unix(7)).
    ///
    /// - Throws: `SyscallError` (ENAMETOOLONG) when the path does not fit in `sun_path`.
    init(unixPath path: String) throws(SyscallError) {
        var address = sockaddr_un()
        guard path.utf8.count <= Self.longestUnixPath else { throw SyscallError(errno: ENAMETOOLONG, call: "connect") }
        address.sun_family = sa_family_t(AF_UNIX)
        let isAbstract = path.utf8.first == UInt8(ascii: "@")
        let name = isAbstract ? [0] + Array(path.utf8.dropFirst()) : Array(path.utf8)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        family = AF_UNIX
        let all = withUnsafeBytes(of: address) { Array($0) }
        // An abstract name ends with the address, not at a NUL.
        bytes = isAbstract ? Array(all.prefix(all.count - Self.longestUnixPath - 1 + name.count)) : all
    }

    /// Calls `body` with the address in the form that connect(2) and bind(2) take.
    func withSockaddr<T>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> T) -> T {
        withUnsafeTemporaryAllocation(byteCount: max(bytes.count, 1), alignment: 16) { scratch in
            scratch.copyBytes(from: bytes)
            // The scratch memory is aligned for every sockaddr and outlives the call.
            let pointer = UnsafeRawPointer(scratch.baseAddress.unsafelyUnwrapped).assumingMemoryBound(to: sockaddr.self)
            return body(pointer, socklen_t(bytes.count))
        }
    }

    /// Any address of this one's family, with a port: what a socket is bound to that is only to have the port.
    func wildcard(port: UInt16) -> SocketAddress {
        var any = [UInt8](repeating: 0, count: bytes.count)
        // The family, with its length byte on BSD, stays.
        any.replaceSubrange(0..<2, with: bytes.prefix(2))
        any[2] = UInt8(port >> 8)
        any[3] = UInt8(port & 0xFF)
        return SocketAddress(family: family, bytes: any)
    }

    /// The port of an internet address, in host order.
    var port: UInt16? {
        guard family == AF_INET || family == AF_INET6, bytes.count >= 4 else { return nil }
        // sin_port and sin6_port both follow a two-byte family (with its length byte on BSD).
        return UInt16(bytes[2]) << 8 | UInt16(bytes[3])
    }
}

extension SocketAddress: CustomStringConvertible {
    /// The literal address without the port (getnameinfo(3)), or the path.
    package var description: String {
        if family == AF_UNIX { return "unix-domain socket" }
        var text = [CChar](repeating: 0, count: 64)
        let status = withSockaddr {
            getnameinfo($0, $1, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
        }
        guard status == 0 else { return "an address of family \(family)" }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

#if canImport(Darwin)
let streamSocketType = SOCK_STREAM
#else
let streamSocketType = Int32(SOCK_STREAM.rawValue)
#endif
