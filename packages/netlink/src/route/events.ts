import type { Answer } from '../codec/message.ts';
import { decodeAddress, type LinkAddress } from './address.ts';
import { decodeLink, type Link } from './link.ts';
import { decodeNeighbour, type Neighbour } from './neighbour.ts';
import { decodeRoute, type Route } from './route.ts';
import {
  AF_UNSPEC,
  RTM_DELADDR,
  RTM_DELLINK,
  RTM_DELNEIGH,
  RTM_DELROUTE,
  RTM_NEWADDR,
  RTM_NEWLINK,
  RTM_NEWNEIGH,
  RTM_NEWROUTE,
} from './rtnetlink.ts';

/** `new` is said of what is changed as well. */
export type RouteChange = 'new' | 'deleted';

/** Something that happened, with the object as it is, or was. */
export type RouteEvent =
  | { readonly kind: 'link'; readonly change: RouteChange; readonly link: Link }
  | { readonly kind: 'address'; readonly change: RouteChange; readonly address: LinkAddress }
  | { readonly kind: 'route'; readonly change: RouteChange; readonly route: Route }
  | { readonly kind: 'neighbour'; readonly change: RouteChange; readonly neighbour: Neighbour };

/**
 * Reads the notifications of one datagram; those about anything else are left out.
 *
 * The kernel does not tell of IPv4 routes that go because their link or address goes.
 *
 * @throws {MalformedAnswer}
 */
export function routeEvents(answers: readonly Answer[]): readonly RouteEvent[] {
  return answers.map(routeEvent).filter((event) => event !== undefined);
}

function routeEvent(answer: Answer): RouteEvent | undefined {
  switch (answer.type) {
    case RTM_NEWLINK:
    case RTM_DELLINK:
      return linkEvent(answer, changeBy(answer.type === RTM_NEWLINK));
    case RTM_NEWADDR:
    case RTM_DELADDR:
      return addressEvent(answer, changeBy(answer.type === RTM_NEWADDR));
    case RTM_NEWROUTE:
    case RTM_DELROUTE:
      return routeTableEvent(answer, changeBy(answer.type === RTM_NEWROUTE));
    case RTM_NEWNEIGH:
    case RTM_DELNEIGH:
      return neighbourEvent(answer, changeBy(answer.type === RTM_NEWNEIGH));
    default:
      return undefined;
  }
}

function changeBy(isNew: boolean): RouteChange {
  return isNew ? 'new' : 'deleted';
}

function linkEvent(answer: Answer, change: RouteChange): RouteEvent | undefined {
  // A bridge says in the same words, but of its own family, that a link is no longer its port.
  if (answer.body[0] !== AF_UNSPEC) return undefined;
  return { kind: 'link', change, link: decodeLink(answer) };
}

function addressEvent(answer: Answer, change: RouteChange): RouteEvent | undefined {
  const address = decodeAddress(answer);
  return address === undefined ? undefined : { kind: 'address', change, address };
}

function routeTableEvent(answer: Answer, change: RouteChange): RouteEvent | undefined {
  const route = decodeRoute(answer);
  return route === undefined ? undefined : { kind: 'route', change, route };
}

function neighbourEvent(answer: Answer, change: RouteChange): RouteEvent | undefined {
  const neighbour = decodeNeighbour(answer);
  return neighbour === undefined ? undefined : { kind: 'neighbour', change, neighbour };
}
