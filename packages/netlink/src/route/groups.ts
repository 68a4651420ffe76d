/** The multicast groups whose notifications `routeEvents` reads; for `NetlinkSocket.join`. */

/** Links that come, change and go. */
export const RTNLGRP_LINK = 1;
/** Neighbours of both families, and the forwarding databases of bridges and VXLANs. */
export const RTNLGRP_NEIGH = 3;
export const RTNLGRP_IPV4_IFADDR = 5;
export const RTNLGRP_IPV4_ROUTE = 7;
export const RTNLGRP_IPV6_IFADDR = 9;
export const RTNLGRP_IPV6_ROUTE = 11;
