/// How a silent peer is found to be gone (tcp(7)).
package struct KeepAlive: Hashable, Sendable {
    package var isEnabled = true
    /// Silence before the first probe.
    package var idle = Duration.seconds(60)
    /// Time between probes.
    package var interval = Duration.seconds(10)
    /// Probes without an answer before the connection is given up.
    package var count = 6
    /// How long sent data may stay without acknowledgement; zero leaves it to the system (TCP_USER_TIMEOUT).
    package var userTimeout = Duration.zero

    package init() {}
}
