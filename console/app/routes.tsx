/** The pages of who is signed in. Each is a file of its own that is loaded when it is first opened. */
import { lazy, useEffect } from "react";
import { Navigate, Route, Routes } from "react-router";
import { AlarmsPage } from "../pages/alarms/alarms.tsx";
import { useFacilityList } from "./facility.tsx";
import { homeOf, pathOf } from "./nav.ts";
import { useSession } from "./session.tsx";

const loadIncident = () => import("../pages/incident/incident.tsx");
const IncidentPage = lazy(loadIncident);
const OverviewPage = lazy(() => import("../pages/overview/overview.tsx"));
const RoomPage = lazy(() => import("../pages/room/room.tsx"));
const DevicesPage = lazy(() => import("../pages/devices/devices.tsx"));
const DevicePage = lazy(() => import("../pages/device/device.tsx"));
const PeoplePage = lazy(() => import("../pages/people/people.tsx"));
const HistoryPage = lazy(() => import("../pages/history/history.tsx"));
const DeliveriesPage = lazy(() => import("../pages/deliveries/deliveries.tsx"));
const UsersPage = lazy(() => import("../pages/users/users.tsx"));
const PlatesPage = lazy(() => import("../pages/plates/plates.tsx"));
const FacilitiesPage = lazy(() => import("../pages/facilities/facilities.tsx"));
const LedgerPage = lazy(() => import("../pages/ledger/ledger.tsx"));
const MePage = lazy(() => import("../pages/me/me.tsx"));

export function Pages() {
  const { user } = useSession();
  const { current } = useFacilityList();
  // Where an alarm is answered: there before the network may be gone. What fails is loaded when it is opened.
  useEffect(() => void loadIncident().catch(() => undefined), []);
  return (
    <Routes>
      <Route path="/alarms" element={<AlarmsPage />} />
      <Route path="/incidents/:id" element={<IncidentPage />} />
      <Route path="/history" element={<HistoryPage />} />
      <Route path="/facilities" element={<FacilitiesPage />} />
      <Route path="/ledger" element={<LedgerPage />} />
      <Route path="/users" element={<UsersPage />} />
      <Route path="/me" element={<MePage />} />
      <Route path="/f/:facility/overview" element={<OverviewPage />} />
      <Route path="/f/:facility/rooms/:room" element={<RoomPage />} />
      <Route path="/f/:facility/devices" element={<DevicesPage />} />
      <Route path="/f/:facility/devices/:device" element={<DevicePage />} />
      <Route path="/f/:facility/people" element={<PeoplePage />} />
      <Route path="/f/:facility/deliveries" element={<DeliveriesPage />} />
      <Route path="/f/:facility/plates" element={<PlatesPage />} />
      <Route path="*" element={<Navigate to={pathOf(homeOf(user.role), current)} replace />} />
    </Routes>
  );
}
