#include "model/protocol.h"

#include <string.h>

#include "model/flow-key.h"

/* Those that only a port tells. */
enum
{
  AFP = SLUICE_APPLICATION_FIRST_BY_PORT,
  AMQP,
  AMQPS,
  BFD,
  BGP,
  BITCOIN,
  BITTORRENT,
  CASSANDRA,
  CAST,
  COAP,
  COAPS,
  COUCHDB,
  DAAP,
  DAYTIME,
  DHCP,
  DHCPV6,
  DISTCC,
  DNS_QUIC,
  DNS_TLS,
  DOCKER,
  ECHO,
  ELASTICSEARCH,
  EPMD,
  ETCD,
  FCM,
  FINGER,
  FTP,
  FTPS,
  FTP_DATA,
  GENEVE,
  GIT,
  GOPHER,
  IDENT,
  IKE,
  IMAP,
  IMAPS,
  INFLUXDB,
  IPERF3,
  IPFIX,
  IPMI,
  IPP,
  IPSEC_NAT,
  IRC,
  IRCS,
  ISCSI,
  JETDIRECT,
  KAFKA,
  KERBEROS,
  KPASSWD,
  KUBERNETES,
  L2TP,
  LDAP,
  LDAPS,
  LDP,
  LLMNR,
  LPD,
  MEMCACHED,
  MINECRAFT,
  MODBUS,
  MONGODB,
  MQTT,
  MQTTS,
  MSRPC,
  MS_SQL,
  MYSQL,
  NAT_PMP,
  NETBIOS_DATAGRAM,
  NETBIOS_NAME,
  NETBIOS_SESSION,
  NETFLOW,
  NFS,
  NNTP,
  NNTPS,
  OPENVPN,
  ORACLE,
  PLEX,
  POP3,
  POP3S,
  POSTGRESQL,
  PPTP,
  PROMETHEUS,
  PROXY,
  PTP,
  RADIUS,
  RADIUS_ACCOUNTING,
  RDP,
  REDIS,
  RIP,
  RIPNG,
  RPCBIND,
  RSH,
  RSYNC,
  RTCP,
  RTMP,
  RTP,
  RTSP,
  SFLOW,
  SIP,
  SIPS,
  SLP,
  SMB,
  SMTP,
  SNMP,
  SNMP_TRAP,
  SOCKS,
  SSDP,
  STEAM,
  STUN,
  STUNS,
  SUBMISSION,
  SUBMISSIONS,
  SVN,
  SYNCTHING,
  SYSLOG,
  SYSLOG_TLS,
  TACACS,
  TAILSCALE,
  TEAMVIEWER,
  TELNET,
  TELNETS,
  TEREDO,
  TFTP,
  TIME,
  TOR,
  VNC,
  VXLAN,
  WHOIS,
  WINRM,
  WIREGUARD,
  WSD,
  X11,
  XMPP,
  XMPP_SERVER,
  ZABBIX,
  ZEROTIER,
  ZOOKEEPER,
  N_APPLICATIONS,
};

static const char *const application_names[] = {
  [SLUICE_APPLICATION_TLS] = "TLS",
  [SLUICE_APPLICATION_HTTPS] = "HTTPS",
  [SLUICE_APPLICATION_QUIC] = "QUIC",
  [SLUICE_APPLICATION_HTTP] = "HTTP",
  [SLUICE_APPLICATION_DNS] = "DNS",
  [SLUICE_APPLICATION_MDNS] = "mDNS",
  [SLUICE_APPLICATION_SSH] = "SSH",
  [SLUICE_APPLICATION_NTP] = "NTP",
  [AFP] = "AFP",
  [AMQP] = "AMQP",
  [AMQPS] = "AMQPS",
  [BFD] = "BFD",
  [BGP] = "BGP",
  [BITCOIN] = "Bitcoin",
  [BITTORRENT] = "BitTorrent",
  [CASSANDRA] = "Cassandra",
  [CAST] = "Google Cast",
  [COAP] = "CoAP",
  [COAPS] = "CoAPS",
  [COUCHDB] = "CouchDB",
  [DAAP] = "DAAP",
  [DAYTIME] = "Daytime",
  [DHCP] = "DHCP",
  [DHCPV6] = "DHCPv6",
  [DISTCC] = "distcc",
  [DNS_QUIC] = "DNS over QUIC",
  [DNS_TLS] = "DNS over TLS",
  [DOCKER] = "Docker",
  [ECHO] = "Echo",
  [ELASTICSEARCH] = "Elasticsearch",
  [EPMD] = "Erlang mapper",
  [ETCD] = "etcd",
  [FCM] = "Google push",
  [FINGER] = "Finger",
  [FTP] = "FTP",
  [FTPS] = "FTPS",
  [FTP_DATA] = "FTP data",
  [GENEVE] = "Geneve",
  [GIT] = "Git",
  [GOPHER] = "Gopher",
  [IDENT] = "Ident",
  [IKE] = "IKE",
  [IMAP] = "IMAP",
  [IMAPS] = "IMAPS",
  [INFLUXDB] = "InfluxDB",
  [IPERF3] = "iperf3",
  [IPFIX] = "IPFIX",
  [IPMI] = "IPMI",
  [IPP] = "IPP",
  [IPSEC_NAT] = "IPsec NAT-T",
  [IRC] = "IRC",
  [IRCS] = "IRC over TLS",
  [ISCSI] = "iSCSI",
  [JETDIRECT] = "JetDirect",
  [KAFKA] = "Kafka",
  [KERBEROS] = "Kerberos",
  [KPASSWD] = "Kerberos password",
  [KUBERNETES] = "Kubernetes",
  [L2TP] = "L2TP",
  [LDAP] = "LDAP",
  [LDAPS] = "LDAPS",
  [LDP] = "LDP",
  [LLMNR] = "LLMNR",
  [LPD] = "LPD",
  [MEMCACHED] = "memcached",
  [MINECRAFT] = "Minecraft",
  [MODBUS] = "Modbus",
  [MONGODB] = "MongoDB",
  [MQTT] = "MQTT",
  [MQTTS] = "MQTTS",
  [MSRPC] = "MS RPC",
  [MS_SQL] = "MS SQL",
  [MYSQL] = "MySQL",
  [NAT_PMP] = "NAT-PMP",
  [NETBIOS_DATAGRAM] = "NetBIOS datagram",
  [NETBIOS_NAME] = "NetBIOS name",
  [NETBIOS_SESSION] = "NetBIOS session",
  [NETFLOW] = "NetFlow",
  [NFS] = "NFS",
  [NNTP] = "NNTP",
  [NNTPS] = "NNTPS",
  [OPENVPN] = "OpenVPN",
  [ORACLE] = "Oracle",
  [PLEX] = "Plex",
  [POP3] = "POP3",
  [POP3S] = "POP3S",
  [POSTGRESQL] = "PostgreSQL",
  [PPTP] = "PPTP",
  [PROMETHEUS] = "Prometheus",
  [PROXY] = "HTTP proxy",
  [PTP] = "PTP",
  [RADIUS] = "RADIUS",
  [RADIUS_ACCOUNTING] = "RADIUS accounting",
  [RDP] = "RDP",
  [REDIS] = "Redis",
  [RIP] = "RIP",
  [RIPNG] = "RIPng",
  [RPCBIND] = "rpcbind",
  [RSH] = "rsh",
  [RSYNC] = "rsync",
  [RTCP] = "RTCP",
  [RTMP] = "RTMP",
  [RTP] = "RTP",
  [RTSP] = "RTSP",
  [SFLOW] = "sFlow",
  [SIP] = "SIP",
  [SIPS] = "SIPS",
  [SLP] = "SLP",
  [SMB] = "SMB",
  [SMTP] = "SMTP",
  [SNMP] = "SNMP",
  [SNMP_TRAP] = "SNMP trap",
  [SOCKS] = "SOCKS",
  [SSDP] = "SSDP",
  [STEAM] = "Steam",
  [STUN] = "STUN",
  [STUNS] = "STUN over TLS",
  [SUBMISSION] = "SMTP submission",
  [SUBMISSIONS] = "SMTPS",
  [SVN] = "Subversion",
  [SYNCTHING] = "Syncthing",
  [SYSLOG] = "Syslog",
  [SYSLOG_TLS] = "Syslog over TLS",
  [TACACS] = "TACACS",
  [TAILSCALE] = "Tailscale",
  [TEAMVIEWER] = "TeamViewer",
  [TELNET] = "Telnet",
  [TELNETS] = "Telnet over TLS",
  [TEREDO] = "Teredo",
  [TFTP] = "TFTP",
  [TIME] = "Time",
  [TOR] = "Tor",
  [VNC] = "VNC",
  [VXLAN] = "VXLAN",
  [WHOIS] = "WHOIS",
  [WINRM] = "WinRM",
  [WIREGUARD] = "WireGuard",
  [WSD] = "WS-Discovery",
  [X11] = "X11",
  [XMPP] = "XMPP",
  [XMPP_SERVER] = "XMPP server",
  [ZABBIX] = "Zabbix",
  [ZEROTIER] = "ZeroTier",
  [ZOOKEEPER] = "ZooKeeper",
};

/* Which transport a port is meant for. */
enum
{
  TCP = 1 << 0,
  UDP = 1 << 1,
  BOTH = TCP | UDP,
};

typedef struct
{
  guint16 port;
  guint8 transports;
  guint8 application;
} WellKnownPort;

G_STATIC_ASSERT (N_APPLICATIONS <= G_MAXUINT8);

/* By port, so that it can be searched. IANA's "Service Name and Transport Protocol Port Number Registry", and what
 * programs use that it does not know. */
static const WellKnownPort well_known_ports[] = {
  { 7, BOTH, ECHO }, { 13, BOTH, DAYTIME }, { 20, TCP, FTP_DATA }, { 21, TCP, FTP },
  { 22, TCP, SLUICE_APPLICATION_SSH }, { 23, TCP, TELNET }, { 25, TCP, SMTP }, { 37, BOTH, TIME },
  { 43, TCP, WHOIS }, { 49, BOTH, TACACS }, { 53, BOTH, SLUICE_APPLICATION_DNS }, { 67, UDP, DHCP },
  { 68, UDP, DHCP }, { 69, UDP, TFTP }, { 70, TCP, GOPHER }, { 79, TCP, FINGER },
  { 80, TCP, SLUICE_APPLICATION_HTTP }, { 80, UDP, SLUICE_APPLICATION_QUIC }, { 88, BOTH, KERBEROS },
  { 110, TCP, POP3 }, { 111, BOTH, RPCBIND }, { 113, TCP, IDENT }, { 119, TCP, NNTP },
  { 123, UDP, SLUICE_APPLICATION_NTP }, { 135, BOTH, MSRPC }, { 137, BOTH, NETBIOS_NAME },
  { 138, UDP, NETBIOS_DATAGRAM }, { 139, TCP, NETBIOS_SESSION }, { 143, TCP, IMAP }, { 161, BOTH, SNMP },
  { 162, BOTH, SNMP_TRAP }, { 179, TCP, BGP }, { 194, TCP, IRC }, { 319, UDP, PTP }, { 320, UDP, PTP },
  { 389, BOTH, LDAP }, { 427, BOTH, SLP }, { 443, TCP, SLUICE_APPLICATION_HTTPS },
  { 443, UDP, SLUICE_APPLICATION_QUIC }, { 445, TCP, SMB }, { 464, BOTH, KPASSWD }, { 465, TCP, SUBMISSIONS },
  { 500, UDP, IKE }, { 502, TCP, MODBUS }, { 514, TCP, RSH }, { 514, UDP, SYSLOG }, { 515, TCP, LPD },
  { 520, UDP, RIP }, { 521, UDP, RIPNG }, { 546, UDP, DHCPV6 }, { 547, UDP, DHCPV6 }, { 548, TCP, AFP },
  { 554, BOTH, RTSP }, { 563, TCP, NNTPS }, { 587, TCP, SUBMISSION }, { 623, UDP, IPMI }, { 631, BOTH, IPP },
  { 636, TCP, LDAPS }, { 646, BOTH, LDP }, { 853, TCP, DNS_TLS }, { 853, UDP, DNS_QUIC }, { 873, TCP, RSYNC },
  { 989, TCP, FTPS }, { 990, TCP, FTPS }, { 992, TCP, TELNETS }, { 993, TCP, IMAPS }, { 995, TCP, POP3S },
  { 1080, TCP, SOCKS }, { 1194, BOTH, OPENVPN }, { 1433, TCP, MS_SQL }, { 1434, UDP, MS_SQL }, { 1521, TCP, ORACLE },
  { 1645, UDP, RADIUS }, { 1646, UDP, RADIUS_ACCOUNTING }, { 1701, UDP, L2TP }, { 1723, TCP, PPTP },
  { 1812, BOTH, RADIUS }, { 1813, BOTH, RADIUS_ACCOUNTING }, { 1883, TCP, MQTT }, { 1900, UDP, SSDP },
  { 1935, TCP, RTMP }, { 2049, BOTH, NFS }, { 2055, UDP, NETFLOW }, { 2181, TCP, ZOOKEEPER }, { 2375, TCP, DOCKER },
  { 2376, TCP, DOCKER }, { 2379, TCP, ETCD }, { 2380, TCP, ETCD }, { 3128, TCP, PROXY }, { 3260, TCP, ISCSI },
  { 3306, TCP, MYSQL }, { 3389, BOTH, RDP }, { 3478, BOTH, STUN }, { 3479, UDP, STUN }, { 3544, UDP, TEREDO },
  { 3632, TCP, DISTCC }, { 3689, TCP, DAAP }, { 3690, TCP, SVN }, { 3702, UDP, WSD }, { 3784, UDP, BFD },
  { 4369, TCP, EPMD }, { 4500, UDP, IPSEC_NAT }, { 4739, BOTH, IPFIX }, { 4789, UDP, VXLAN }, { 5004, UDP, RTP },
  { 5005, UDP, RTCP }, { 5060, BOTH, SIP }, { 5061, TCP, SIPS }, { 5201, BOTH, IPERF3 }, { 5222, TCP, XMPP },
  { 5223, TCP, XMPP }, { 5228, TCP, FCM }, { 5269, TCP, XMPP_SERVER }, { 5349, BOTH, STUNS }, { 5351, UDP, NAT_PMP },
  { 5353, UDP, SLUICE_APPLICATION_MDNS }, { 5355, BOTH, LLMNR }, { 5432, TCP, POSTGRESQL }, { 5671, TCP, AMQPS },
  { 5672, TCP, AMQP }, { 5683, UDP, COAP }, { 5684, UDP, COAPS }, { 5900, TCP, VNC }, { 5901, TCP, VNC },
  { 5938, BOTH, TEAMVIEWER }, { 5984, TCP, COUCHDB }, { 5985, TCP, WINRM }, { 5986, TCP, WINRM }, { 6000, TCP, X11 },
  { 6081, UDP, GENEVE }, { 6343, UDP, SFLOW }, { 6379, TCP, REDIS }, { 6443, TCP, KUBERNETES },
  { 6514, TCP, SYSLOG_TLS }, { 6665, TCP, IRC }, { 6667, TCP, IRC }, { 6697, TCP, IRCS }, { 6881, BOTH, BITTORRENT },
  { 8000, TCP, SLUICE_APPLICATION_HTTP }, { 8008, TCP, SLUICE_APPLICATION_HTTP }, { 8009, TCP, CAST },
  { 8080, TCP, SLUICE_APPLICATION_HTTP }, { 8086, TCP, INFLUXDB }, { 8333, TCP, BITCOIN },
  { 8443, TCP, SLUICE_APPLICATION_HTTPS }, { 8443, UDP, SLUICE_APPLICATION_QUIC }, { 8472, UDP, VXLAN },
  { 8883, TCP, MQTTS }, { 8888, TCP, SLUICE_APPLICATION_HTTP }, { 9000, TCP, SLUICE_APPLICATION_HTTP },
  { 9042, TCP, CASSANDRA }, { 9050, TCP, TOR }, { 9090, TCP, PROMETHEUS }, { 9092, TCP, KAFKA },
  { 9100, TCP, JETDIRECT }, { 9200, TCP, ELASTICSEARCH }, { 9300, TCP, ELASTICSEARCH }, { 9418, TCP, GIT },
  { 9993, UDP, ZEROTIER }, { 10050, TCP, ZABBIX }, { 10051, TCP, ZABBIX }, { 10250, TCP, KUBERNETES },
  { 11211, BOTH, MEMCACHED }, { 19302, UDP, STUN }, { 22000, BOTH, SYNCTHING }, { 25565, TCP, MINECRAFT },
  { 27015, BOTH, STEAM }, { 27017, TCP, MONGODB }, { 32400, TCP, PLEX }, { 41641, UDP, TAILSCALE },
  { 51413, BOTH, BITTORRENT }, { 51820, UDP, WIREGUARD },
};

/* linux/if_ether.h and IANA's "IEEE 802 Numbers"; below 0x0600 Linux's own numbers for what has no EtherType. */
static const struct
{
  guint16 number;
  const char *name;
} ethertype_names[] = {
  { 0x0001, "802.3" },
  { 0x0004, "LLC" },
  { 0x0005, "SNAP" },
  { 0x0800, "IPv4" },
  { 0x0806, "ARP" },
  { 0x0842, "Wake-on-LAN" },
  { 0x22ea, "SRP" },
  { 0x22f0, "AVTP" },
  { 0x22f3, "TRILL" },
  { 0x6003, "DECnet" },
  { 0x6558, "Ethernet bridging" },
  { 0x8035, "RARP" },
  { 0x809b, "AppleTalk" },
  { 0x80f3, "AppleTalk ARP" },
  { 0x8100, "VLAN" },
  { 0x8137, "IPX" },
  { 0x86dd, "IPv6" },
  { 0x8808, "Ethernet flow control" },
  { 0x8809, "LACP" },
  { 0x880b, "PPP" },
  { 0x8847, "MPLS" },
  { 0x8848, "MPLS multicast" },
  { 0x8863, "PPPoE discovery" },
  { 0x8864, "PPPoE" },
  { 0x887b, "HomePlug" },
  { 0x888e, "802.1X" },
  { 0x8892, "PROFINET" },
  { 0x889a, "HyperSCSI" },
  { 0x88a2, "ATA over Ethernet" },
  { 0x88a4, "EtherCAT" },
  { 0x88a8, "QinQ" },
  { 0x88ab, "Powerlink" },
  { 0x88b8, "GOOSE" },
  { 0x88cc, "LLDP" },
  { 0x88cd, "SERCOS" },
  { 0x88e1, "HomePlug AV" },
  { 0x88e3, "MRP" },
  { 0x88e5, "MACsec" },
  { 0x88e7, "Provider backbone bridging" },
  { 0x88f5, "MVRP" },
  { 0x88f7, "PTP over Ethernet" },
  { 0x8902, "Ethernet CFM" },
  { 0x8906, "FCoE" },
  { 0x8914, "FCoE initialization" },
  { 0x8915, "RoCE" },
  { 0x891d, "TTEthernet" },
  { 0x893a, "IEEE 1905" },
  { 0x892f, "HSR" },
  { 0x9000, "Ethernet loopback" },
  { 0x9100, "QinQ (0x9100)" },
};

/**
 * sluice_protocol_kind:
 * @protocol: a protocol
 *
 * Returns: what its number is a number of
 */
SluiceProtocolKind
sluice_protocol_kind (SluiceProtocol protocol)
{
  return (SluiceProtocolKind) (protocol >> 16);
}

/**
 * sluice_protocol_number:
 * @protocol: a protocol
 *
 * Returns: its number, which means something together with its kind
 */
guint16
sluice_protocol_number (SluiceProtocol protocol)
{
  return (guint16) protocol;
}

/**
 * sluice_protocol_is_valid:
 * @protocol: what may be a protocol, as from another process
 *
 * Returns: whether it is one that this module could have made
 */
gboolean
sluice_protocol_is_valid (SluiceProtocol protocol)
{
  guint16 number = sluice_protocol_number (protocol);

  switch (sluice_protocol_kind (protocol))
    {
    case SLUICE_PROTOCOL_KIND_NONE:
      return number == 0;
    case SLUICE_PROTOCOL_KIND_APPLICATION:
      return number != SLUICE_APPLICATION_NONE && number < N_APPLICATIONS;
    case SLUICE_PROTOCOL_KIND_IP:
      return number <= G_MAXUINT8;
    case SLUICE_PROTOCOL_KIND_ETHERTYPE:
    case SLUICE_PROTOCOL_KIND_LINK:
      return TRUE;
    default:
      return FALSE;
    }
}

/* What a port is known for, or nothing. */
static guint8
find_application (guint8 ip_protocol, guint16 port)
{
  guint8 transport = ip_protocol == 6 ? TCP : ip_protocol == 17 ? UDP : 0;
  guint low = 0;
  guint high = G_N_ELEMENTS (well_known_ports);

  if (transport == 0)
    return SLUICE_APPLICATION_NONE;
  while (low < high)
    {
      guint middle = (low + high) / 2;

      if (well_known_ports[middle].port < port)
        low = middle + 1;
      else
        high = middle;
    }
  for (; low < G_N_ELEMENTS (well_known_ports) && well_known_ports[low].port == port; low++)
    if (well_known_ports[low].transports & transport)
      return well_known_ports[low].application;
  return SLUICE_APPLICATION_NONE;
}

/**
 * sluice_protocol_from_ports:
 * @ip_protocol: IP protocol number
 * @local_port: this side's port in host byte order
 * @remote_port: the other side's
 *
 * Takes the side that has a well-known port of TCP or UDP; where both have one, the lower port, for those that clients
 * are given are high ones.
 *
 * Returns: what is probably spoken; the IP protocol itself where neither port tells
 */
SluiceProtocol
sluice_protocol_from_ports (guint8 ip_protocol, guint16 local_port, guint16 remote_port)
{
  guint8 application = find_application (ip_protocol, MIN (local_port, remote_port));

  if (application == SLUICE_APPLICATION_NONE)
    application = find_application (ip_protocol, MAX (local_port, remote_port));
  return application != SLUICE_APPLICATION_NONE ? SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_APPLICATION, application)
                                                : SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_IP, ip_protocol);
}

static const char *
ip_protocol_to_text (guint16 number, char text_out[SLUICE_PROTOCOL_TEXT_MAX])
{
  /* IANA, "Assigned Internet Protocol Numbers": what only those ask for who look at packets; the rest is known. */
  static const char *const names[] = {
    [0] = "IPv6 hop-by-hop", [8] = "EGP",         [9] = "IGP",           [27] = "RDP",          [43] = "IPv6 routing",
    [44] = "IPv6 fragment",  [46] = "RSVP",       [59] = "IPv6 no next", [60] = "IPv6 options", [88] = "EIGRP",
    [97] = "EtherIP",        [108] = "IPComp",    [113] = "PGM",         [124] = "IS-IS",       [133] = "Fibre Channel",
    [135] = "Mobile IPv6",   [137] = "MPLS", [139] = "HIP",        [140] = "Shim6",       [143] = "Ethernet",
  };
  const char *known;

  if (number < G_N_ELEMENTS (names) && names[number] != NULL)
    return names[number];
  if (number <= G_MAXUINT8)
    {
      known = sluice_protocol_name ((guint8) number);
      if (!g_ascii_isdigit (known[0]) || strlen (known) > 3)
        return known;
    }
  g_snprintf (text_out, SLUICE_PROTOCOL_TEXT_MAX, "IP protocol %u", (guint) number);
  return text_out;
}

static const char *
ethertype_to_text (guint16 number, char text_out[SLUICE_PROTOCOL_TEXT_MAX])
{
  for (guint i = 0; i < G_N_ELEMENTS (ethertype_names); i++)
    if (ethertype_names[i].number == number)
      return ethertype_names[i].name;
  g_snprintf (text_out, SLUICE_PROTOCOL_TEXT_MAX, "EtherType 0x%04x", (guint) number);
  return text_out;
}

/**
 * sluice_protocol_to_text:
 * @protocol: a protocol
 * @text_out: room for a text that has to be made
 *
 * Names a protocol as people in the field do, the same in every language: "HTTPS", "TCP", "ARP", "IP protocol 253",
 * "EtherType 0x88b5", "Link type 147"; "unknown" where nothing is known.
 *
 * Returns: the name: either @text_out or a text that lives for ever
 */
const char *
sluice_protocol_to_text (SluiceProtocol protocol, char text_out[SLUICE_PROTOCOL_TEXT_MAX])
{
  guint16 number = sluice_protocol_number (protocol);

  if (!sluice_protocol_is_valid (protocol))
    return "unknown";

  switch (sluice_protocol_kind (protocol))
    {
    case SLUICE_PROTOCOL_KIND_APPLICATION:
      return application_names[number];
    case SLUICE_PROTOCOL_KIND_IP:
      return ip_protocol_to_text (number, text_out);
    case SLUICE_PROTOCOL_KIND_ETHERTYPE:
      return ethertype_to_text (number, text_out);
    case SLUICE_PROTOCOL_KIND_LINK:
      g_snprintf (text_out, SLUICE_PROTOCOL_TEXT_MAX, "Link type %u", (guint) number);
      return text_out;
    case SLUICE_PROTOCOL_KIND_NONE:
    default:
      return "unknown";
    }
}
