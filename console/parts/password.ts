/** As the API's own bound (response/access/passwords.ts). */
export const SHORTEST_PASSWORD = 10;
